import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { useQueryResult, type QueryResult } from "../react/useQueryResult.js";
import { NO_QUERY } from "./functions.js";

/** Follows a query, if the app offers it. */
export function useOffered<Query extends FunctionReference<"query">>(
  query: Query | undefined,
  args: FunctionArgs<Query>,
): QueryResult<FunctionReturnType<Query>> {
  return useQueryResult((query ?? NO_QUERY) as Query, query ? args : "skip");
}
