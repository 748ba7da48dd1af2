/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as alerts from "../alerts.js";
import type * as background from "../background.js";
import type * as billing from "../billing.js";
import type * as careful from "../careful.js";
import type * as charts from "../charts.js";
import type * as chat from "../chat.js";
import type * as cook from "../cook.js";
import type * as cost from "../cost.js";
import type * as crons from "../crons.js";
import type * as http from "../http.js";
import type * as mail from "../mail.js";
import type * as mcp from "../mcp.js";
import type * as pages from "../pages.js";
import type * as payments from "../payments.js";
import type * as quota from "../quota.js";
import type * as retention from "../retention.js";
import type * as shop from "../shop.js";
import type * as simpler from "../simpler.js";
import type * as support from "../support.js";
import type * as team from "../team.js";
import type * as tools from "../tools.js";
import type * as trips from "../trips.js";
import type * as weather from "../weather.js";
import type * as welcome from "../welcome.js";
import type * as workpool from "../workpool.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  alerts: typeof alerts;
  background: typeof background;
  billing: typeof billing;
  careful: typeof careful;
  charts: typeof charts;
  chat: typeof chat;
  cook: typeof cook;
  cost: typeof cost;
  crons: typeof crons;
  http: typeof http;
  mail: typeof mail;
  mcp: typeof mcp;
  pages: typeof pages;
  payments: typeof payments;
  quota: typeof quota;
  retention: typeof retention;
  shop: typeof shop;
  simpler: typeof simpler;
  support: typeof support;
  team: typeof team;
  tools: typeof tools;
  trips: typeof trips;
  weather: typeof weather;
  welcome: typeof welcome;
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
  rateLimiter: import("@convex-dev/rate-limiter/_generated/component.js").ComponentApi<"rateLimiter">;
  agentWorkpool: import("@convex-dev/workpool/_generated/component.js").ComponentApi<"agentWorkpool">;
  toolWorkpool: import("@convex-dev/workpool/_generated/component.js").ComponentApi<"toolWorkpool">;
};
