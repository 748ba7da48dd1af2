/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as agents from "../agents.js";
import type * as answers from "../answers.js";
import type * as budget from "../budget.js";
import type * as deleteToolCall from "../deleteToolCall.js";
import type * as details from "../details.js";
import type * as dispatch from "../dispatch.js";
import type * as edits from "../edits.js";
import type * as errors from "../errors.js";
import type * as executor from "../executor.js";
import type * as explain from "../explain.js";
import type * as findToolCall from "../findToolCall.js";
import type * as historyEdits from "../historyEdits.js";
import type * as historyRows from "../historyRows.js";
import type * as insightValidators from "../insightValidators.js";
import type * as jobs from "../jobs.js";
import type * as lifecycle from "../lifecycle.js";
import type * as limits from "../limits.js";
import type * as machineValidators from "../machineValidators.js";
import type * as messageRows from "../messageRows.js";
import type * as messageValidators from "../messageValidators.js";
import type * as messages from "../messages.js";
import type * as newThread from "../newThread.js";
import type * as pages from "../pages.js";
import type * as position from "../position.js";
import type * as purge from "../purge.js";
import type * as recovery from "../recovery.js";
import type * as retention from "../retention.js";
import type * as round from "../round.js";
import type * as runEffect from "../runEffect.js";
import type * as sendTo from "../sendTo.js";
import type * as sending from "../sending.js";
import type * as shownText from "../shownText.js";
import type * as statusChange from "../statusChange.js";
import type * as steered from "../steered.js";
import type * as steps from "../steps.js";
import type * as streamRows from "../streamRows.js";
import type * as streams from "../streams.js";
import type * as threadLists from "../threadLists.js";
import type * as threadRows from "../threadRows.js";
import type * as threads from "../threads.js";
import type * as time from "../time.js";
import type * as toolCallDispatch from "../toolCallDispatch.js";
import type * as toolCallRows from "../toolCallRows.js";
import type * as toolCalls from "../toolCalls.js";
import type * as toolEvents from "../toolEvents.js";
import type * as transitionLog from "../transitionLog.js";
import type * as transitions from "../transitions.js";
import type * as turnRows from "../turnRows.js";
import type * as turnTimer from "../turnTimer.js";
import type * as turns from "../turns.js";
import type * as updateToolCall from "../updateToolCall.js";
import type * as userMessage from "../userMessage.js";
import type * as validators from "../validators.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";
import { anyApi, componentsGeneric } from "convex/server";

const fullApi: ApiFromModules<{
  agents: typeof agents;
  answers: typeof answers;
  budget: typeof budget;
  deleteToolCall: typeof deleteToolCall;
  details: typeof details;
  dispatch: typeof dispatch;
  edits: typeof edits;
  errors: typeof errors;
  executor: typeof executor;
  explain: typeof explain;
  findToolCall: typeof findToolCall;
  historyEdits: typeof historyEdits;
  historyRows: typeof historyRows;
  insightValidators: typeof insightValidators;
  jobs: typeof jobs;
  lifecycle: typeof lifecycle;
  limits: typeof limits;
  machineValidators: typeof machineValidators;
  messageRows: typeof messageRows;
  messageValidators: typeof messageValidators;
  messages: typeof messages;
  newThread: typeof newThread;
  pages: typeof pages;
  position: typeof position;
  purge: typeof purge;
  recovery: typeof recovery;
  retention: typeof retention;
  round: typeof round;
  runEffect: typeof runEffect;
  sendTo: typeof sendTo;
  sending: typeof sending;
  shownText: typeof shownText;
  statusChange: typeof statusChange;
  steered: typeof steered;
  steps: typeof steps;
  streamRows: typeof streamRows;
  streams: typeof streams;
  threadLists: typeof threadLists;
  threadRows: typeof threadRows;
  threads: typeof threads;
  time: typeof time;
  toolCallDispatch: typeof toolCallDispatch;
  toolCallRows: typeof toolCallRows;
  toolCalls: typeof toolCalls;
  toolEvents: typeof toolEvents;
  transitionLog: typeof transitionLog;
  transitions: typeof transitions;
  turnRows: typeof turnRows;
  turnTimer: typeof turnTimer;
  turns: typeof turns;
  updateToolCall: typeof updateToolCall;
  userMessage: typeof userMessage;
  validators: typeof validators;
}> = anyApi as any;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
> = anyApi as any;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
> = anyApi as any;

export const components = componentsGeneric() as unknown as {};
