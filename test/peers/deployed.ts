type Modules = Record<string, () => Promise<unknown>>;

/** The modules of a component that a deployment has: not its tests. */
export const deployed = (modules: Modules): Modules =>
  Object.fromEntries(Object.entries(modules).filter(([path]) => !/\.(test|setup)\.ts$/.test(path)));
