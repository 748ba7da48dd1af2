import { type Convex, findFunction, type FunctionPath, interceptSyscalls } from "./convex.js";

/** A deployment's words. */
const HANDLE_NOT_FOUND = "Function handle not found";

export const parseHandle = (handle: string): FunctionPath => {
  const [componentPath, udfPath] = handle.slice("function://".length).split(";");
  return { componentPath: componentPath!, udfPath: udfPath! };
};
export const handleOf = ({ componentPath, udfPath }: FunctionPath) =>
  `function://${componentPath};${udfPath}`;

/**
 * Refuses functions that are not there at once, as a deployment does: when their handle is created, and when they are
 * scheduled or run by one. convex-test creates and schedules any, and the job fails later.
 */
export function refuseMissingFunctions(convex: Pick<Convex, "internals">): void {
  const isMissing = async (path: FunctionPath) => {
    const found = await findFunction(convex, path);
    return !(found?.isQuery ?? found?.isMutation ?? found?.isAction);
  };
  const locate = convex.internals.asyncSyscall;
  interceptSyscalls(convex, {
    "1.0/createFunctionHandle": async (args, next) => {
      const handle = await next("1.0/createFunctionHandle", JSON.stringify(args));
      // A handle stands for itself, whether its function is there or not.
      if (args.functionHandle === undefined && (await isMissing(parseHandle(JSON.parse(handle) as string))))
        throw new Error(HANDLE_NOT_FOUND);
      return handle;
    },
    "1.0/schedule": async (args, next) => {
      const { name, reference, functionHandle } = args;
      const handle = await locate(
        "1.0/createFunctionHandle",
        JSON.stringify({ name, reference, functionHandle }),
      );
      const path = parseHandle(JSON.parse(handle) as string);
      if (await isMissing(path))
        throw new Error(functionHandle === undefined ? notExported(path) : HANDLE_NOT_FOUND);
      return next("1.0/schedule", JSON.stringify(args));
    },
    "1.0/runUdf": async (args, next) => {
      const { functionHandle } = args;
      if (typeof functionHandle === "string" && (await isMissing(parseHandle(functionHandle))))
        throw new Error(HANDLE_NOT_FOUND);
      return next("1.0/runUdf", JSON.stringify(args));
    },
  });
}

function notExported({ componentPath, udfPath }: FunctionPath): string {
  const [module, name] = udfPath.split(":");
  const place = componentPath === "" ? "" : ` in '${componentPath}'`;
  return `Attempted to schedule function, but no exported function ${name} found in the file: ${module}.js${place}. Did you forget to export it?`;
}
