import type { FunctionReturnType } from "convex/server";
import { runCalls } from "../../component/running/runCalls.js";
import { positionOf } from "../../component/lib/position.js";
import type { ToolCall } from "../../component/validators/message.js";
import type {
  CallOutcome,
  HandlerOutcome,
  NextStep,
  RequestedToolCall,
  ToolRun,
} from "../../component/validators/thread.js";
import type { ActionCtx, ComponentApi } from "../types.js";
import type { HeldStep } from "./heldStep.js";

/** A step whose handler runs some of its calls itself. */
interface StepWithCalls {
  threadId: string;
  held: HeldStep;
  requested: RequestedToolCall[];
  /** Whether the handler may take on more: further calls, and the next step. */
  allowsMore: () => boolean;
}

/** The next step, with what came of all calls of the one before. */
export interface HandedOver extends Pick<NextStep, "generation" | "messages"> {
  toolCalls: ToolCall[];
}

type Reported = FunctionReturnType<ComponentApi["inlineCalls"]["report"]>;

/**
 * Runs calls of a step beside each other in the step's own action, and reports what came of them.
 *
 * @param taken - the first calls to run, by their index.
 * @returns the next step, if a report hands it over; otherwise others take the turn on.
 */
export async function runTaken(
  ctx: ActionCtx,
  { threadId, held, requested, allowsMore }: StepWithCalls,
  taken: number[],
): Promise<HandedOver | null> {
  const started = new Set<number>();
  const known = new Map<number, HandlerOutcome>();
  let next: NextStep | null = null;

  const start = (indexes: number[]): ToolRun[] => {
    const fresh = indexes.filter((index) => !started.has(index));
    for (const index of fresh) started.add(index);
    return fresh.map((index) => runOf(threadId, held, requested, index));
  };
  const report = async (outcomes: CallOutcome[], again: boolean): Promise<ToolRun[]> => {
    const reported: Reported = await held.report({
      outcomes,
      calls: requested.length,
      known: [...known.keys()],
      goesOn: allowsMore(),
      again,
    });
    for (const { index, outcome } of outcomes) if (reported.kept.includes(index)) known.set(index, outcome);
    next = reported.next;
    return start(reported.taken);
  };
  await runCalls(ctx, start(taken), { report });
  return next && handedOver(next, held, requested, known);
}

function runOf(threadId: string, held: HeldStep, requested: RequestedToolCall[], index: number): ToolRun {
  const { run, ...call } = requested[index]!;
  if ("rejected" in run) throw new Error(`Call ${index} cannot be run.`);
  const { turn, step } = held.place;
  const { options, policy } = run;
  return {
    ...call,
    threadId: threadId as ToolRun["threadId"],
    position: positionOf(turn, step),
    index,
    kind: policy.kind,
    maxAttempts: policy.maxAttempts,
    epoch: 1,
    attempt: 1,
    options,
    asks: false,
  };
}

function handedOver(
  { generation, messages, settled }: NextStep,
  held: HeldStep,
  requested: RequestedToolCall[],
  known: Map<number, HandlerOutcome>,
): HandedOver {
  const { turn, step } = held.place;
  const told = new Map(settled.map(({ index, toolCall }) => [index, toolCall]));
  const toolCalls = requested.map((call, index): ToolCall => {
    const outcome = known.get(index)!;
    return told.get(index) ?? { ...settledAs(outcome), ...named(call), turn, step };
  });
  return { generation, messages, toolCalls };
}

const named = ({ toolCallId, toolName, input }: RequestedToolCall) => ({
  toolCallId,
  toolName,
  input: input as unknown,
});

/** A call's outcome as readers see it. */
const settledAs = (outcome: HandlerOutcome): Pick<ToolCall, "status" | "output" | "errorText"> =>
  "output" in outcome
    ? { status: "completed", output: outcome.output as unknown }
    : { status: "failed", errorText: "error" in outcome ? outcome.error.message : undefined };
