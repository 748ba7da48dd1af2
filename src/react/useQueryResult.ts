import { useQueries, type RequestForQueries } from "convex/react";
import {
  getFunctionName,
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
} from "convex/server";
import { convexToJson, type Value } from "convex/values";
import { useMemo } from "react";
import { readableError } from "../follow/describeError.js";

/** Whether the queries of a hook have answered. */
export interface QueryState {
  /** True until the first answer or error; false while the hook skips. */
  isLoading: boolean;
  /** The error of a query, with a message that can be shown. `describeError` returns its code. */
  error: Error | undefined;
}

/** A query's answer; both fields are undefined while it loads. */
export interface QueryAnswer<T> {
  value: T | undefined;
  error: Error | undefined;
}

export type QueryResult<T> = QueryAnswer<T> & QueryState;

/** Follows one query several times, with each of the given arguments. The answers are in the order of the arguments. */
export function useQueryResults<Query extends FunctionReference<"query">>(
  query: Query,
  argsList: FunctionArgs<Query>[],
): QueryAnswer<FunctionReturnType<Query>>[] {
  const key = JSON.stringify(argsList.map((args) => convexToJson(args as Value)));
  const name = getFunctionName(query);
  const queries = useMemo(
    () =>
      Object.fromEntries(
        argsList.map((args, index) => [index, { query, args: args as Record<string, Value> }]),
      ) as RequestForQueries,
    // eslint-disable-next-line react-hooks/exhaustive-deps -- name and key identify them; the objects are new at each render
    [name, key],
  );
  const results = useQueries(queries) as Record<string, FunctionReturnType<Query> | Error | undefined>;
  return useMemo(() => Object.keys(queries).map((index) => toAnswer(results[index])), [queries, results]);
}

const toAnswer = <T>(result: T | Error | undefined): QueryAnswer<T> =>
  result instanceof Error
    ? { value: undefined, error: readableError(result) }
    : { value: result, error: undefined };

/** Follows a query. With `"skip"` in place of its arguments it follows nothing. */
export function useQueryResult<Query extends FunctionReference<"query">>(
  query: Query,
  args: FunctionArgs<Query> | "skip",
): QueryResult<FunctionReturnType<Query>> {
  const [answer] = useQueryResults(query, args === "skip" ? [] : [args]);
  const { value, error } = answer ?? toAnswer<FunctionReturnType<Query>>(undefined);
  return { value, error, isLoading: args !== "skip" && value === undefined && !error };
}
