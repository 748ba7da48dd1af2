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

/** A query's answer: both undefined while it loads. An error is a value here, in words that can be shown. */
export interface QueryResult<T> {
  value: T | undefined;
  error: Error | undefined;
}

/** Follows one query several times over, once for each of the given arguments; the answers keep their order. */
export function useQueryResults<Query extends FunctionReference<"query">>(
  query: Query,
  argsList: FunctionArgs<Query>[],
): QueryResult<FunctionReturnType<Query>>[] {
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
  return useMemo(() => Object.keys(queries).map((index) => toResult(results[index])), [queries, results]);
}

const toResult = <T>(result: T | Error | undefined): QueryResult<T> =>
  result instanceof Error
    ? { value: undefined, error: readableError(result) }
    : { value: result, error: undefined };

/** Follows a query, or nothing when told to skip it. */
export function useQueryResult<Query extends FunctionReference<"query">>(
  query: Query,
  args: FunctionArgs<Query> | "skip",
): QueryResult<FunctionReturnType<Query>> {
  const [result] = useQueryResults(query, args === "skip" ? [] : [args]);
  return result ?? { value: undefined, error: undefined };
}
