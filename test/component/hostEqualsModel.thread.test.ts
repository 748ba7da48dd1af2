import { describe, expect, test, vi } from "vitest";
import type { Id } from "../../component/_generated/dataModel.js";
import { dispatch } from "../../component/dispatch/dispatchThread.js";
import { positionOf } from "../../component/lib/position.js";
import { loadThread } from "../../component/model/threads.js";
import type { RequestedToolCall } from "../../component/validators/thread.js";
import type { ThreadEvent } from "../../machines/index.js";
import { CLOCK_LIMITS, FEW } from "../machines/alphabet.js";
import { exploreThread, type ThreadEdge } from "../machines/explore.js";
import { setup } from "../support/harness.js";
import { sampled } from "../support/sample.js";
import { RANDOM, insertThread, requestedCall } from "./model/arrange.js";
import { afterThreadEvent } from "./model/footprint.js";
import { look, type Ctx } from "./model/seen.js";

/** Without the budgets of tokens and of cost, which no effect shows. */
const { states, edges, keyOf } = exploreThread({ ...FEW, limitSets: [FEW.limitSets[0]!, CLOCK_LIMITS] });

/** An edge, and the tool calls of the step that its event commits. */
interface Trial {
  edge: ThreadEdge;
  requested: RequestedToolCall[];
  /** The stream handler runs those of them that it may. */
  handlerTakes: boolean;
}

/** A step that asks for tools is tried with calls that run, and with none that can. */
function trialsOf(edge: ThreadEdge): Trial[] {
  const { event } = edge;
  if (event.type !== "STREAM_FINISHED" || event.toolCalls === 0)
    return [{ edge, requested: [], handlerTakes: false }];
  return [true, false].flatMap((isRunnable) =>
    [true, false].map((handlerTakes) => ({
      edge,
      requested: [requestedCall("first", isRunnable), requestedCall("second", false)],
      handlerTakes,
    })),
  );
}

const historyOf = ({ path, event }: ThreadEdge) =>
  [...path, event].map((one: ThreadEvent, index) => `${index + 1}. ${JSON.stringify(one)}`).join("\n");

/** Rows that are written in one transaction are counted into the millisecond: too many would reach the next one. */
const AT_ONCE = 80;

const MESSAGE = "a message that comes with the event";
const SAID = [{ type: "text", text: MESSAGE }];

/** Stores the message that an event takes back. */
async function insertWithdrawn(ctx: Ctx, threadId: Id<"threads">, event: ThreadEvent) {
  if (event.type !== "WITHDRAW") return undefined;
  return ctx.db.insert("messages", {
    threadId,
    position: positionOf(event.turn, event.step),
    role: "user",
    parts: [],
  });
}

/** The threads of edges: events that are to be refused share one, since they leave it as it is. */
async function threadsFor(ctx: Ctx, trials: Trial[]): Promise<Id<"threads">[]> {
  const threads: Id<"threads">[] = [];
  const shared = new Map<boolean, Id<"threads">>();
  for (const { edge } of trials) {
    const hasWatchdog = edge.event.type !== "LEASE_EXPIRED";
    const isShared = !edge.step.accepted && edge.event.type !== "WITHDRAW";
    const threadId =
      (isShared ? shared.get(hasWatchdog) : undefined) ??
      (await insertThread(ctx, edge.from, { hasWatchdog }));
    if (isShared) shared.set(hasWatchdog, threadId);
    threads.push(threadId);
  }
  return threads;
}

/** Takes the edges, all in one transaction, and gives back what came of each and what should have. */
async function tryAll(ctx: Ctx, trials: Trial[]) {
  const threads = await threadsFor(ctx, trials);
  const removed: (Id<"messages"> | undefined)[] = [];
  for (const [i, { edge }] of trials.entries())
    removed.push(await insertWithdrawn(ctx, threads[i]!, edge.event));
  const before = await look(ctx, threads);
  const accepted: unknown[] = [];
  for (const [i, { edge, requested, handlerTakes }] of trials.entries()) {
    const thread = (await loadThread(ctx, threads[i]!))!;
    const message = {
      role: edge.event.type === "STREAM_FINISHED" ? "assistant" : "user",
      parts: SAID,
    } as const;
    const writes = {
      requested,
      handlerTakes,
      message: { ...message, parts: [...SAID] },
      removed: removed[i],
    };
    accepted.push(await dispatch(ctx, thread, edge.event, writes));
  }
  const after = await look(ctx, threads);
  return trials.map(({ edge, requested, handlerTakes }, i) => ({
    history: historyOf(edge),
    isAccepted: { actual: accepted[i] !== null, expected: edge.step.accepted },
    actual: after.get(threads[i]!)!,
    expected: afterThreadEvent(threads[i]!, before.get(threads[i]!)!, edge.event, {
      requested,
      handlerTakes,
      message: MESSAGE,
    }),
  }));
}

describe("a stored thread takes every event as the model does: its row, and all that is stored and scheduled", () => {
  const edgesOf = new Map<string, ThreadEdge[]>();
  for (const edge of edges) edgesOf.set(keyOf(edge.from), [...(edgesOf.get(keyOf(edge.from)) ?? []), edge]);
  const cases = [...edgesOf].map(([key, some]) => ({ key, trials: some.flatMap(trialsOf) }));

  const { some, words } = sampled(cases);

  test.each(some)(
    "in $key",
    async ({ trials }) => {
      vi.spyOn(Math, "random").mockReturnValue(RANDOM);
      for (let done = 0; done < trials.length; done += AT_ONCE) {
        const { inComponent } = setup();
        const some = trials.slice(done, done + AT_ONCE);
        for (const { history, isAccepted, actual, expected } of await inComponent((ctx) =>
          tryAll(ctx, some),
        )) {
          expect(isAccepted.actual, `accepted, after\n${history}\n`).toBe(isAccepted.expected);
          expect(actual, `what is stored and scheduled, after\n${history}\n`).toEqual(expected);
        }
      }
    },
    60_000,
  );

  test("every edge belongs to a state", () => {
    const tried = cases.flatMap(({ trials }) => trials);
    console.log(
      `threads, host = model: ${states.size} states, ${edges.length} edges, ${tried.length} trials; states tried: ${words}`,
    );
    expect(new Set(tried.map(({ edge }) => edge)).size).toBe(edges.length);
  });
});
