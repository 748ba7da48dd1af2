import { internal } from "../../../component/_generated/api.js";
import type { Id } from "../../../component/_generated/dataModel.js";
import { stepOf, turnOf } from "../../../component/lib/position.js";
import type { CallOutcome, HandlerOutcome } from "../../../component/validators/thread.js";
import { toolCallState } from "../../../machines/toolCall/states.js";
import type { ToolCallEvent } from "../../../machines/index.js";
import { OWNER } from "../../machines/alphabet.js";
import { component } from "../../support/app/agent.js";
import type { App } from "../../support/harness.js";
import { HANDLER } from "./arrange.js";
import type { SeenCall } from "./seen.js";

/** What tools and people answer. */
export const ANSWER = { answer: 42 };

/** Reports what came of calls that the stream handler has run itself. */
export function reportInline(
  { t }: App,
  { threadId, generation, position }: Pick<SeenCall, "generation" | "position"> & { threadId: Id<"threads"> },
  outcomes: CallOutcome[],
  goesOn = false,
) {
  const place = { turn: turnOf(position), step: stepOf(position) };
  const fence = { threadId, generation, lease: OWNER, place };
  const given = { outcomes, calls: 9, known: [], goesOn, again: false };
  return t.run((ctx) => ctx.runMutation(component.inlineCalls.report, { ...fence, ...given }));
}

/** Calls the function that brings a tool call's event about. */
export async function bringAbout(
  app: App,
  threadId: Id<"threads">,
  event: ToolCallEvent,
  { position, index, generation, snapshot, toolCallId }: SeenCall,
): Promise<unknown> {
  const { t, inComponent } = app;
  const call = { threadId, position, index };
  const step = { threadId, position };
  const { toolEvents } = internal;
  const { answers } = component;
  const report = (epoch: number, outcome: HandlerOutcome) => {
    const outcomes = [{ index, epoch, outcome, options: { handler: HANDLER } }];
    if (toolCallState(snapshot) === "inline")
      return reportInline(app, { threadId, generation, position }, outcomes);
    return inComponent((ctx) => ctx.runMutation(toolEvents.settle, { ...step, outcomes }));
  };
  switch (event.type) {
    case "HANDLER_RETURNED":
      return report(event.epoch, { output: ANSWER });
    case "HANDLER_FAILED":
      return report(event.epoch, { error: event.error, retryable: event.retryable });
    case "NOT_BEGUN":
      return report(event.epoch, { unknown: "notBegun" });
    case "RUN_BEGAN": {
      const calls = [{ index, epoch: event.epoch, asks: true }];
      return inComponent((ctx) => ctx.runMutation(toolEvents.begin, { ...step, generation, calls }));
    }
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
