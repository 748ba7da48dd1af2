/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as chat from "../chat.js";
import type * as model from "../model.js";
import type * as owner from "../owner.js";
import type * as people from "../people.js";
import type * as script from "../script.js";
import type * as scriptedModel from "../scriptedModel.js";
import type * as threads from "../threads.js";
import type * as tools from "../tools.js";
import type * as versions from "../versions.js";
import type * as workpool from "../workpool.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  chat: typeof chat;
  model: typeof model;
  owner: typeof owner;
  people: typeof people;
  script: typeof script;
  scriptedModel: typeof scriptedModel;
  threads: typeof threads;
  tools: typeof tools;
  versions: typeof versions;
  workpool: typeof workpool;
}>;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

export declare const components: {
  durableAgents: import("convex-durable-agents/_generated/component.js").ComponentApi<"durableAgents">;
  agentWorkpool: import("@convex-dev/workpool/_generated/component.js").ComponentApi<"agentWorkpool">;
};
