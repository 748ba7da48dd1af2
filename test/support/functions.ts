/** A Convex function, as its module exports it. */
export interface ConvexFunction<Ctx> {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  _handler: (ctx: Ctx, args: unknown) => Promise<unknown>;
}

/** Modules by their paths, as convex-test takes them. */
export type Modules = Record<string, () => Promise<unknown>>;

type Handler<Ctx> = ConvexFunction<Ctx>["_handler"];

/**
 * The modules with another handler for each of their functions.
 *
 * @param handlerOf - makes it of the function and its name, such as `steps:commit`; null leaves the function as it is.
 */
export const withHandlers = <Ctx>(
  modules: Modules,
  handlerOf: (called: ConvexFunction<Ctx>, name: string) => Handler<Ctx> | null,
): Modules =>
  Object.fromEntries(
    Object.entries(modules).map(([path, load]) => [
      path,
      async () => {
        const file = path.replace(/^.*\/(\w+)\.ts$/, "$1");
        const module = (await load()) as Record<string, ConvexFunction<Ctx> | undefined>;
        return Object.fromEntries(
          Object.entries(module).map(([name, value]) => {
            const isFunction = value?.isQuery ?? value?.isMutation ?? value?.isAction;
            const handler = value && isFunction ? handlerOf(value, `${file}:${name}`) : null;
            return [name, handler ? Object.assign(() => {}, value, { _handler: handler }) : value];
          }),
        );
      },
    ]),
  );
