import { assign } from "xstate";
import type { ToolCallContext } from "../../../machines/index.js";
import {
  deaf,
  deafChild,
  forgets,
  guardIs,
  hears,
  idle,
  leads,
  mistake,
  open,
  without,
  type Fault,
} from "./fault.js";
import { approvalFaults } from "./approvalFaults.js";
import { deadlineFaults } from "./deadlineFaults.js";
import { externalFaults } from "./externalFaults.js";
import { inlineFaults } from "./inlineFaults.js";
import { runFaults } from "./runFaults.js";

/** Mistakes in the tool call machine that the checks have to catch, each of them. */
export const toolCallFaults: Fault[] = [
  ...approvalFaults,
  ...deadlineFaults,
  ...runFaults,
  ...inlineFaults,
  ...externalFaults,
  open("current"),
  open("isRetryable"),
  open("attemptsLeft"),
  guardIs(
    "attemptsLeft",
    "allows one too many",
    ({ context }: { context: ToolCallContext }) => context.attempt <= context.maxAttempts,
  ),
  open("mayRunAgain"),
  open("isAsync"),
  guardIs("isAsync", "takes every call for a sync one", () => false),
  idle("nextEpoch"),
  idle("countAttempt"),
  idle("recordError"),
  idle("recordDeath"),
  mistake("executeTool is dropped on entering executing", (draft) =>
    draft.dropAction(draft.state("pending.executing"), "entry", "executeTool"),
  ),
  mistake("a call is created past its last attempt", (draft) =>
    draft.replace(
      "actions",
      "nextEpoch",
      assign(({ context }: { context: ToolCallContext }) => ({
        epoch: context.epoch + 1,
        attempt: context.maxAttempts + 1,
      })),
    ),
  ),
  mistake("CANCEL reports an outcome", (draft) => {
    draft.transition("pending", "CANCEL").actions = ["cancelExecutor", "reportSettled"];
  }),
  forgets("pending", "RESULT_GIVEN", 0, "reportSettled"),
  forgets("pending", "ERROR_GIVEN", 0, "reportSettled"),
  forgets("pending", "ERROR_GIVEN", 0, "recordError"),
  forgets("pending.requested", "REJECT", 0, "reportSettled"),
  forgets("pending.executing", "HANDLER_FAILED", 0, "scheduleToolRetry"),
  forgets("pending.executing", "HANDLER_FAILED", 1, "reportSettled"),
  forgets("pending.executing", "EXECUTOR_DIED", 1, "reportSettled"),
  forgets("pending.executing", "HANDLER_FAILED", 0, "countAttempt"),
  mistake("the outcome of a sync handler is not reported", (draft) => {
    delete draft.transition("pending.executing", "HANDLER_RETURNED", 1).actions;
  }),
  mistake("CANCEL leaves the executor scheduled", (draft) => {
    delete draft.transition("pending", "CANCEL").actions;
  }),
  mistake("a dead executor's call is not entered anew", (draft) => {
    delete draft.transition("pending.executing", "EXECUTOR_DIED").reenter;
  }),
  deaf("pending", "CANCEL"),
  deaf("pending", "RESULT_GIVEN"),
  deaf("pending.requested", "START"),
  deaf("pending.requested", "REJECT"),
  deaf("pending.executing", "EXECUTOR_DIED"),
  deaf("pending.executing", "HANDLER_FAILED"),
  deaf("pending.backoff", "RETRY_DUE"),
  deafChild("pending.awaitingResult", "CANCEL"),
  deafChild("pending.executing", "RESULT_GIVEN"),
  without("pending.executing", "HANDLER_RETURNED", 0),
  without("pending.executing", "EXECUTOR_DIED", 0),
  leads("pending", "CANCEL", 0, "failed"),
  leads("pending.requested", "REJECT", 0, "#toolCall.cancelled"),
  leads("pending.executing", "EXECUTOR_DIED", 1, "#toolCall.completed"),
  hears("completed", "RESULT_GIVEN", "failed"),
  hears("cancelled", "HANDLER_RETURNED", "completed"),
  hears("pending.executing", "START", "executing"),
  hears("pending.awaitingResult", "EXECUTOR_DIED", "executing"),
];
