import type { Failure } from "../../machines/failure.js";
import { deleteUnusedFile, callByKey, fitsIn, type LoadedToolCall } from "../model/toolCalls.js";
import type { CallKey, CallOutcome } from "../validators/thread.js";
import type { CallBatch } from "./callBatch.js";

const RESULT_TOO_LARGE: Failure = {
  code: "result_too_large",
  message: "The tool ran, but its result is larger than a document can hold (1 MiB with its arguments).",
};

/**
 * Takes calls of a step through what came of their runs.
 *
 * @returns the calls, by their index, whose outcome is now what was reported.
 */
export async function settleCalls(
  batch: CallBatch,
  step: Pick<CallKey, "threadId" | "position">,
  outcomes: CallOutcome[],
): Promise<number[]> {
  const kept: number[] = [];
  for (const { index, ...ended } of outcomes) {
    const call = await callByKey(batch.ctx, { ...step, index });
    const became = call && (await settleCall(batch, call, ended));
    if (became === "kept") kept.push(index);
    const file = "output" in ended.outcome ? ended.outcome.file : undefined;
    // A report that was done already is repeated: its file is in use, or gone.
    if (became !== "kept" && file) await deleteUnusedFile(batch.ctx, file);
  }
  return kept;
}

/** Null if the run is not wanted any more; "altered" if it became something else than was reported. */
async function settleCall(
  batch: CallBatch,
  call: LoadedToolCall,
  { epoch, outcome, options }: Omit<CallOutcome, "index">,
): Promise<"kept" | "altered" | null> {
  const done = (isAccepted: boolean, how: "kept" | "altered") => (isAccepted ? how : null);
  const run = { ...call, options: call.options ?? options };
  if ("unknown" in outcome) {
    const type = outcome.unknown === "died" ? "EXECUTOR_DIED" : "NOT_BEGUN";
    return done(await batch.step(run, { type, epoch }), "altered");
  }
  const answered = "error" in outcome ? outcome.error.message : (outcome.output as unknown);
  if (!fitsIn(call, answered)) {
    const failed = { type: "HANDLER_FAILED" as const, epoch, retryable: false, error: RESULT_TOO_LARGE };
    return done(await batch.step(run, failed), "altered");
  }
  if ("error" in outcome) {
    const isAccepted = await batch.step(run, { type: "HANDLER_FAILED", epoch, ...outcome });
    return done(isAccepted, outcome.retryable ? "altered" : "kept");
  }
  // An async tool's callback does not bring the result.
  const writes = call.snapshot.context.kind === "sync" ? outcome : {};
  return done(await batch.step(run, { type: "HANDLER_RETURNED", epoch }, writes), "kept");
}
