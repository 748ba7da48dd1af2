import type { GenericSchema, SchemaDefinition } from "convex/server";

/** Modules by path relative to the functions directory, as `loadModules` or Vite's `import.meta.glob` give them. */
export type ModuleMap = Record<string, () => Promise<unknown>>;

/** A component of the app under the path it is mounted at: `"durableAgents"`, or `"outer/inner"` for a nested one. */
interface ComponentDefinition {
  path: string;
  schema: SchemaDefinition<GenericSchema, boolean>;
  modules: ModuleMap;
}

/** Everything that would be pushed to a deployment: the default export of an app definition module. */
export interface AppDefinition {
  schema: SchemaDefinition<GenericSchema, boolean>;
  modules: ModuleMap;
  components: ComponentDefinition[];
}
