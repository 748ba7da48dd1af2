import { AsyncLocalStorage } from "node:async_hooks";
import { convexTest } from "convex-test";
import type { GenericDataModel, GenericMutationCtx, GenericQueryCtx, UserIdentity } from "convex/server";
import { type ConvexError, convexToJson, type Value } from "convex/values";
import type { AppDefinition } from "./definition.js";
import { importAll } from "./modules.js";

/**
 * The one place that knows convex-test from within. The package is pinned exactly; `openConvex` checks that what is
 * relied on here is there.
 */
export type Document = Record<string, Value> & { _id: string; _creationTime: number };

/** The tables of one component, with the uncommitted writes of each level of nested transactions. */
export interface Database {
  _documents: Record<string, Document>;
  _writes: Record<string, Document | null>[];
  _nextDocId: number;
  _lastCreationTime: number;
  get(table: string | undefined, id: string): Document | null;
  insert(table: string, value: Record<string, Value>): string;
  patch(table: string, id: string, value: Record<string, Value>): void;
  _iterateDocs(table: string, callback: (document: Document) => void): void;
}

/** Usage of the current transaction, counted against Convex's limits. */
interface MetricsTracker {
  trackScheduledFunction(bytes: number): void;
  _current(): { metrics: Record<string, number> };
}

interface TransactionManager {
  _lastCommitTs: bigint;
  commit(isNested: boolean): bigint | null;
  getMetricsTracker(): MetricsTracker | null;
}

type AsyncSyscall = (op: string, jsonArgs: string) => Promise<string>;

interface Internals {
  components: Record<
    string,
    { db: Database; modules: (path: string) => Promise<Record<string, RegisteredFunction | undefined>> }
  >;
  transactionManager: TransactionManager;
  asyncSyscall: AsyncSyscall;
  jsSyscall: (op: string, args: Record<string, unknown>) => Promise<unknown>;
}

/** A Convex function as its module exports it. */
interface RegisteredFunction {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isPublic?: boolean;
}

/** Where a function lives: the component's path ("" is the app) and `module:export`. */
export interface FunctionPath {
  componentPath: string;
  udfPath: string;
}

interface Accessor {
  query(handler: (ctx: GenericQueryCtx<GenericDataModel>) => Promise<null>): Promise<null>;
  mutation(handler: (ctx: GenericMutationCtx<GenericDataModel>) => Promise<null>): Promise<null>;
  runInComponent<T extends Value>(
    componentPath: string,
    handler: (ctx: GenericMutationCtx<GenericDataModel>) => Promise<T>,
  ): Promise<T>;
  actionFromPath(path: FunctionPath, args: Value): Promise<Value>;
  withIdentity(identity: Partial<UserIdentity>): Accessor;
}

/** convex-test, opened up: `run` calls functions and `internals` is its state. */
export interface Convex {
  run: Accessor;
  internals: Internals;
}

/** convex-test keeps its state in a store private to its module; every call enters it, which is the moment to see it. */
export function captureInternals(enter: () => unknown): Internals | undefined {
  const original = Object.getOwnPropertyDescriptor(AsyncLocalStorage.prototype, "run")!;
  const run = original.value as (...args: unknown[]) => unknown;
  let captured: Internals | undefined;
  AsyncLocalStorage.prototype.run = function (this: unknown, ...args: unknown[]) {
    const store = args[0] as Internals | undefined;
    if (store?.transactionManager !== undefined) captured = store;
    return run.apply(this, args);
  } as typeof AsyncLocalStorage.prototype.run;
  try {
    void enter();
  } finally {
    Object.defineProperty(AsyncLocalStorage.prototype, "run", original);
  }
  return captured;
}

async function missingInternals(run: Accessor, internals: Internals | undefined): Promise<string[]> {
  const db = internals?.components[""]?.db;
  const manager = internals?.transactionManager;
  const expected: Record<string, boolean> = {
    "component modules": typeof internals?.components[""]?.modules === "function",
    asyncSyscall: typeof internals?.asyncSyscall === "function",
    jsSyscall: typeof internals?.jsSyscall === "function",
    "transactionManager.commit": typeof manager?.commit === "function",
    "transactionManager._lastCommitTs": typeof manager?._lastCommitTs === "bigint",
    "transactionManager.getMetricsTracker": typeof manager?.getMetricsTracker === "function",
    "db._documents": typeof db?._documents === "object",
    "db._writes": Array.isArray(db?._writes),
    "db._nextDocId": typeof db?._nextDocId === "number",
    "db._lastCreationTime": typeof db?._lastCreationTime === "number",
    "db.get": typeof db?.get === "function",
    "db.insert": typeof db?.insert === "function",
    "db.patch": typeof db?.patch === "function",
    "db._iterateDocs": typeof db?._iterateDocs === "function",
    "tracker._current": false,
  };
  await run.query(async () => {
    expected["tracker._current"] = typeof manager?.getMetricsTracker()?._current?.().metrics === "object";
    return null;
  });
  return Object.keys(expected).filter((name) => !expected[name]);
}

/** Whether this is convex-test with the methods that it has and does not declare. */
const isAccessor = (t: object): t is Accessor => "runInComponent" in t && "actionFromPath" in t;

const versionError = (missing: string[]): Error =>
  new Error(
    `The embedded backend needs convex-test 0.0.60, whose internals it builds on; the installed version lacks: ${missing.join(", ")}.`,
  );

/** Imports the app's modules and hosts them in convex-test, with Convex's transaction limits on. */
export async function openConvex(app: AppDefinition): Promise<Convex> {
  const modules = await importAll(app.modules);
  const t = convexTest({
    schema: app.schema,
    modules: modules as Record<string, () => Promise<unknown>>,
    transactionLimits: true,
  });
  for (const component of app.components) {
    t.registerComponent(component.path, component.schema, await importAll(component.modules));
  }
  const internals = captureInternals(() => t.finishInProgressScheduledFunctions());
  if (!isAccessor(t)) throw versionError(["runInComponent", "actionFromPath"]);
  const missing = await missingInternals(t, internals);
  if (internals === undefined || missing.length > 0) throw versionError(missing);
  const convex = { run: t, internals };
  repairNestedErrors(convex);
  return convex;
}

/** Answers some of the system calls of functions; the others go on to convex-test. */
export function interceptSyscalls(
  { internals }: Pick<Convex, "internals">,
  handlers: Record<string, (args: Record<string, unknown>, next: AsyncSyscall) => Promise<string>>,
): void {
  const next = internals.asyncSyscall;
  internals.asyncSyscall = async (op, jsonArgs) => {
    const handler = handlers[op];
    return handler ? handler(JSON.parse(jsonArgs) as Record<string, unknown>, next) : next(op, jsonArgs);
  };
}

/** Told by its mark, which holds across copies of the convex package. */
export const isConvexError = (error: unknown): error is ConvexError<Value> =>
  typeof error === "object" && error !== null && Symbol.for("ConvexError") in error;

/** The data of a ConvexError leaves a nested call as JSON on a deployment, and is decoded by the caller. */
function repairNestedErrors(convex: Convex): void {
  interceptSyscalls(convex, {
    "1.0/runUdf": async (args, next) => {
      try {
        return await next("1.0/runUdf", JSON.stringify(args));
      } catch (error) {
        if (isConvexError(error)) error.data = convexToJson(error.data);
        throw error;
      }
    },
  });
}

/** The function at a path, or undefined where there is none. */
export async function findFunction({ internals }: Pick<Convex, "internals">, path: FunctionPath) {
  const [modulePath, exportName = "default"] = path.udfPath.split(":");
  try {
    return (await internals.components[path.componentPath]!.modules(modulePath!))[exportName];
  } catch {
    return undefined;
  }
}

/** The table an id belongs to: ids are a number followed by the table's name. */
export const tableOf = (id: string): string => id.replace(/^[0-9]+/, "");
