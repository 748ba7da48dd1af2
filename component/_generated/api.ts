/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as answers from "../answers.js";
import type * as cleanup from "../cleanup.js";
import type * as crons from "../crons.js";
import type * as dispatch_callBatch from "../dispatch/callBatch.js";
import type * as dispatch_callRecovery from "../dispatch/callRecovery.js";
import type * as dispatch_callSharing from "../dispatch/callSharing.js";
import type * as dispatch_cleaning from "../dispatch/cleaning.js";
import type * as dispatch_dispatchThread from "../dispatch/dispatchThread.js";
import type * as dispatch_dispatchToolCall from "../dispatch/dispatchToolCall.js";
import type * as dispatch_history from "../dispatch/history.js";
import type * as dispatch_jobs from "../dispatch/jobs.js";
import type * as dispatch_recovery from "../dispatch/recovery.js";
import type * as dispatch_settleCalls from "../dispatch/settleCalls.js";
import type * as dispatch_statusChange from "../dispatch/statusChange.js";
import type * as dispatch_streams from "../dispatch/streams.js";
import type * as dispatch_threadEffects from "../dispatch/threadEffects.js";
import type * as dispatch_toolCallEffects from "../dispatch/toolCallEffects.js";
import type * as dispatch_toolRounds from "../dispatch/toolRounds.js";
import type * as dispatch_watchdogs from "../dispatch/watchdogs.js";
import type * as edits from "../edits.js";
import type * as executor from "../executor.js";
import type * as historyBatches from "../historyBatches.js";
import type * as inlineCalls from "../inlineCalls.js";
import type * as insight from "../insight.js";
import type * as lib_bounded from "../lib/bounded.js";
import type * as lib_callErrors from "../lib/callErrors.js";
import type * as lib_dataParts from "../lib/dataParts.js";
import type * as lib_errorText from "../lib/errorText.js";
import type * as lib_errors from "../lib/errors.js";
import type * as lib_keys from "../lib/keys.js";
import type * as lib_limits from "../lib/limits.js";
import type * as lib_metadata from "../lib/metadata.js";
import type * as lib_persistently from "../lib/persistently.js";
import type * as lib_position from "../lib/position.js";
import type * as lib_shownText from "../lib/shownText.js";
import type * as lib_stepSize from "../lib/stepSize.js";
import type * as lib_storable from "../lib/storable.js";
import type * as lib_text from "../lib/text.js";
import type * as lifecycle from "../lifecycle.js";
import type * as messages from "../messages.js";
import type * as model_agents from "../model/agents.js";
import type * as model_deletions from "../model/deletions.js";
import type * as model_details from "../model/details.js";
import type * as model_history from "../model/history.js";
import type * as model_jobs from "../model/jobs.js";
import type * as model_messages from "../model/messages.js";
import type * as model_streams from "../model/streams.js";
import type * as model_threadLists from "../model/threadLists.js";
import type * as model_threads from "../model/threads.js";
import type * as model_toolCalls from "../model/toolCalls.js";
import type * as model_toolData from "../model/toolData.js";
import type * as model_transitions from "../model/transitions.js";
import type * as model_turns from "../model/turns.js";
import type * as model_usage from "../model/usage.js";
import type * as model_watchdogs from "../model/watchdogs.js";
import type * as purge from "../purge.js";
import type * as retention from "../retention.js";
import type * as running_runCalls from "../running/runCalls.js";
import type * as running_runHandler from "../running/runHandler.js";
import type * as running_toolRun from "../running/toolRun.js";
import type * as sending from "../sending.js";
import type * as steps from "../steps.js";
import type * as streams from "../streams.js";
import type * as sweep from "../sweep.js";
import type * as threads from "../threads.js";
import type * as timers from "../timers.js";
import type * as toolCalls from "../toolCalls.js";
import type * as toolEvents from "../toolEvents.js";
import type * as validators_insight from "../validators/insight.js";
import type * as validators_machine from "../validators/machine.js";
import type * as validators_message from "../validators/message.js";
import type * as validators_thread from "../validators/thread.js";
import type * as watchdog from "../watchdog.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";
import { anyApi, componentsGeneric } from "convex/server";

const fullApi: ApiFromModules<{
  answers: typeof answers;
  cleanup: typeof cleanup;
  crons: typeof crons;
  "dispatch/callBatch": typeof dispatch_callBatch;
  "dispatch/callRecovery": typeof dispatch_callRecovery;
  "dispatch/callSharing": typeof dispatch_callSharing;
  "dispatch/cleaning": typeof dispatch_cleaning;
  "dispatch/dispatchThread": typeof dispatch_dispatchThread;
  "dispatch/dispatchToolCall": typeof dispatch_dispatchToolCall;
  "dispatch/history": typeof dispatch_history;
  "dispatch/jobs": typeof dispatch_jobs;
  "dispatch/recovery": typeof dispatch_recovery;
  "dispatch/settleCalls": typeof dispatch_settleCalls;
  "dispatch/statusChange": typeof dispatch_statusChange;
  "dispatch/streams": typeof dispatch_streams;
  "dispatch/threadEffects": typeof dispatch_threadEffects;
  "dispatch/toolCallEffects": typeof dispatch_toolCallEffects;
  "dispatch/toolRounds": typeof dispatch_toolRounds;
  "dispatch/watchdogs": typeof dispatch_watchdogs;
  edits: typeof edits;
  executor: typeof executor;
  historyBatches: typeof historyBatches;
  inlineCalls: typeof inlineCalls;
  insight: typeof insight;
  "lib/bounded": typeof lib_bounded;
  "lib/callErrors": typeof lib_callErrors;
  "lib/dataParts": typeof lib_dataParts;
  "lib/errorText": typeof lib_errorText;
  "lib/errors": typeof lib_errors;
  "lib/keys": typeof lib_keys;
  "lib/limits": typeof lib_limits;
  "lib/metadata": typeof lib_metadata;
  "lib/persistently": typeof lib_persistently;
  "lib/position": typeof lib_position;
  "lib/shownText": typeof lib_shownText;
  "lib/stepSize": typeof lib_stepSize;
  "lib/storable": typeof lib_storable;
  "lib/text": typeof lib_text;
  lifecycle: typeof lifecycle;
  messages: typeof messages;
  "model/agents": typeof model_agents;
  "model/deletions": typeof model_deletions;
  "model/details": typeof model_details;
  "model/history": typeof model_history;
  "model/jobs": typeof model_jobs;
  "model/messages": typeof model_messages;
  "model/streams": typeof model_streams;
  "model/threadLists": typeof model_threadLists;
  "model/threads": typeof model_threads;
  "model/toolCalls": typeof model_toolCalls;
  "model/toolData": typeof model_toolData;
  "model/transitions": typeof model_transitions;
  "model/turns": typeof model_turns;
  "model/usage": typeof model_usage;
  "model/watchdogs": typeof model_watchdogs;
  purge: typeof purge;
  retention: typeof retention;
  "running/runCalls": typeof running_runCalls;
  "running/runHandler": typeof running_runHandler;
  "running/toolRun": typeof running_toolRun;
  sending: typeof sending;
  steps: typeof steps;
  streams: typeof streams;
  sweep: typeof sweep;
  threads: typeof threads;
  timers: typeof timers;
  toolCalls: typeof toolCalls;
  toolEvents: typeof toolEvents;
  "validators/insight": typeof validators_insight;
  "validators/machine": typeof validators_machine;
  "validators/message": typeof validators_message;
  "validators/thread": typeof validators_thread;
  watchdog: typeof watchdog;
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
