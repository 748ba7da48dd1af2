import { getConvexSize } from "convex/values";
import type { CallOutcome, HandlerOutcome, ToolRun } from "../validators/thread.js";
import { plainMessage } from "../lib/errorText.js";
import { READ_BUDGET_BYTES } from "../lib/limits.js";
import { persistently } from "../lib/persistently.js";
import { notStored, runHandler, type RunCtx } from "./runHandler.js";

/** Outcomes that come within so many milliseconds of each other are reported together. */
const TOGETHER_MS = 25;

/** How long outcomes are reported in vain before the error is reported that they cannot be stored, and that after it. */
const REPORT_MS = 60_000;
const LAST_REPORT_MS = 4 * 60_000;

interface Reporting {
  /**
   * Has outcomes stored.
   *
   * @param again - an earlier try failed, and may still have been stored.
   * @returns the further calls to run.
   */
  report: (outcomes: CallOutcome[], again: boolean) => Promise<ToolRun[]>;
  /** Stores a result that is too large for a row, if the tool wants that. Default: nothing is. */
  keep?: (run: ToolRun, output: unknown) => Promise<HandlerOutcome | null>;
}

/**
 * Runs tools' handlers side by side, and reports what came of them until that is stored or refused for good. Reports come one
 * after another; each may bring further calls.
 */
export async function runCalls(ctx: RunCtx, first: ToolRun[], { report, keep }: Reporting): Promise<void> {
  const ended: CallOutcome[] = [];
  let running = 0;
  let wake = () => {};

  const start = (run: ToolRun): void => {
    running += 1;
    void runHandler(ctx, run, async (output) => (await keep?.(run, output)) ?? null).then((outcome) => {
      running -= 1;
      ended.push(endOf(run, outcome));
      wake();
    });
  };
  /** Waits until one more has ended, or so many milliseconds. */
  const nextEnd = (forMs = Infinity): Promise<void> =>
    new Promise((resolve) => {
      const timer = forMs === Infinity ? undefined : setTimeout(resolve, forMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  first.forEach(start);
  while (running > 0 || ended.length > 0) {
    if (ended.length === 0) await nextEnd();
    for (const until = Date.now() + TOGETHER_MS; running > 0 && Date.now() < until;)
      await nextEnd(until - Date.now());
    for (const run of await reportEnded(takeBatch(ended), report)) start(run);
  }
}

/** What came of a run. Where the call may have to run again, its row needs to know how. */
function endOf({ index, epoch, options }: ToolRun, outcome: HandlerOutcome): CallOutcome {
  const isOver = "output" in outcome || ("error" in outcome && !outcome.retryable);
  return { index, epoch, outcome, ...(!isOver && { options }) };
}

/** Takes out as many outcomes as one transaction can store. */
function takeBatch(ended: CallOutcome[]): CallOutcome[] {
  let bytes = 0;
  const beyond = ended.findIndex(({ outcome }, index) => {
    bytes += getConvexSize(outcome);
    return index > 0 && bytes > READ_BUDGET_BYTES;
  });
  return ended.splice(0, beyond < 0 ? ended.length : beyond);
}

/**
 * Reporting is fenced by the epoch, so a report that was stored and not answered may come again. Of several outcomes that are
 * refused together, each is reported alone: one that cannot be stored must not take the others with it.
 */
async function reportEnded(batch: CallOutcome[], report: Reporting["report"]): Promise<ToolRun[]> {
  try {
    return await persistently((failed) => report(batch, failed > 0), { forMs: REPORT_MS });
  } catch (error) {
    if (batch.length === 1) {
      const lost = { ...batch[0]!, outcome: notStored(plainMessage(error)) };
      return persistently(() => report([lost], true), { forMs: LAST_REPORT_MS });
    }
    const further: ToolRun[] = [];
    for (const one of batch) further.push(...(await reportEnded([one], report)));
    return further;
  }
}
