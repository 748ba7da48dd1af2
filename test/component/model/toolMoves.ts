import { internal } from "../../../component/_generated/api.js";
import type { Id } from "../../../component/_generated/dataModel.js";
import type { ToolCallEvent } from "../../../machines/index.js";
import { component } from "../../support/app/agent.js";
import type { App } from "../../support/harness.js";
import type { SeenCall } from "./seen.js";

/** What tools and people answer. */
export const ANSWER = { answer: 42 };

/** Calls the function that brings a tool call's event about. */
export async function bringAbout(
  { t, inComponent }: App,
  threadId: Id<"threads">,
  event: ToolCallEvent,
  { position, index, toolCallId }: SeenCall,
): Promise<unknown> {
  const call = { threadId, position, index };
  const { toolEvents } = internal;
  const { answers } = component;
  switch (event.type) {
    case "HANDLER_RETURNED":
    case "HANDLER_FAILED": {
      const { epoch } = event;
      const outcome =
        event.type === "HANDLER_RETURNED"
          ? { output: ANSWER }
          : { error: event.error, retryable: event.retryable };
      return inComponent((ctx) => ctx.runMutation(toolEvents.settle, { call, epoch, outcome }));
    }
    case "NOT_BEGUN":
      return inComponent((ctx) =>
        ctx.runMutation(toolEvents.settle, { call, epoch: event.epoch, outcome: { unknown: "notBegun" } }),
      );
    case "RUN_BEGAN":
      return inComponent((ctx) => ctx.runMutation(toolEvents.begin, { call, epoch: event.epoch }));
    case "RETRY_DUE":
      return inComponent((ctx) => ctx.runMutation(toolEvents.retryDue, { call, epoch: event.epoch }));
    case "DEADLINE_PASSED": {
      const { deadline } = event;
      return inComponent((ctx) => ctx.runMutation(toolEvents.deadlinePassed, { call, deadline }));
    }
    case "DEADLINE_MOVED":
      return t.run((ctx) => ctx.runMutation(answers.moveDeadline, { threadId, toolCallId, ms: event.ms }));
    case "APPROVE":
      return t.run((ctx) => ctx.runMutation(answers.approve, { threadId, toolCallId }));
    case "DENY": {
      const reason = event.error.message;
      return t.run((ctx) => ctx.runMutation(answers.deny, { threadId, toolCallId, reason }));
    }
    case "RESULT_GIVEN":
      return t.run((ctx) => ctx.runMutation(answers.addResult, { threadId, toolCallId, result: ANSWER }));
    case "ERROR_GIVEN": {
      const error = event.error.message;
      return t.run((ctx) => ctx.runMutation(answers.addError, { threadId, toolCallId, error }));
    }
  }
}
