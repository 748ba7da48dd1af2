import { describe, expect, test, vi } from "vitest";
import {
  createThreadSnapshot,
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  stepThread,
  stepToolCall,
  type ThreadEvent,
  threadStatus,
  type ToolCallEvent,
  type ToolCallPolicy,
} from "../../machines/index.js";
import { FEW, OWNER, POLICIES } from "../machines/alphabet.js";
import { shortestThreadPaths, shortestToolCallPaths, simpleTurns } from "../machines/explore.js";
import { setup } from "../support/harness.js";
import { sampled } from "../support/sample.js";
import { RANDOM } from "./model/arrange.js";
import { Driver, type Outcome } from "./model/drive.js";

type AnyEvent = ThreadEvent | ToolCallEvent;

interface Walk {
  policy: ToolCallPolicy;
  path: ToolCallEvent[];
}

function compare({ actual, expected }: Outcome, path: AnyEvent[], done: number): void {
  const history = path.slice(0, done).map((event, i) => `${i + 1}. ${JSON.stringify(event)}`);
  expect(actual, `what is stored and scheduled, after\n${history.join("\n")}\n`).toEqual(expected);
}

async function driver(): Promise<Driver> {
  vi.spyOn(Math, "random").mockReturnValue(RANDOM);
  return Driver.create(setup());
}

const titleOf = (path: AnyEvent[]) => path.map(({ type }) => type).join(" > ") || "no event";

/** An error that is given from outside is a tool's, or a person's. */
function asGiven(event: ToolCallEvent): ToolCallEvent {
  if (event.type === "DENY") return { ...event, error: { ...event.error, code: "denied" } };
  return event.type === "ERROR_GIVEN" ? { ...event, error: { ...event.error, code: "tool_error" } } : event;
}

/** Whether the step that ends here is the one whose handler goes on with the next. */
const isContinued = (path: ThreadEvent[]): boolean =>
  path.find(({ type }) => type === "TOOLS_SETTLED" || type === "STREAM_CONTINUED")?.type ===
  "STREAM_CONTINUED";

/** Takes a new thread through events, each by the function that an app or a scheduled job would call. */
async function walk(path: ThreadEvent[]): Promise<void> {
  const thread = await driver();
  let snapshot = createThreadSnapshot();
  for (const [i, event] of path.entries()) {
    snapshot = stepThread(snapshot, event, Date.now()).snapshot;
    const asks = event.type === "STREAM_FINISHED" ? event.toolCalls : 0;
    const policies = Array<ToolCallPolicy>(asks).fill(DEFAULT_TOOL_POLICY);
    const outcome = await thread.thread(event, policies, isContinued(path.slice(i)));
    compare(outcome, path, i + 1);
    const status = threadStatus(snapshot);
    const isThere = status !== "deleting";
    // A lease is shown to nobody.
    const { value, context } = snapshot;
    const shown = { value, context: { ...context, lease: context.lease && "held" } };
    expect(await thread.publicThread()).toEqual(
      isThere ? expect.objectContaining({ status, snapshot: shown }) : null,
    );
  }
  const cleaned = await thread.cleanUp();
  if (cleaned) compare(cleaned, path, path.length);
}

/** The events that the component's functions bring about; the others are driven by the edges alone. */
const DRIVEN = new Set<string>([
  ...["SEND", "RESUME", "STOP", "DELETE", "PURGED", "STREAM_STARTED", "STREAM_FINISHED", "STREAM_FAILED"],
  ...["LEASE_EXPIRED", "RETRY_DUE", "TOOLS_SETTLED", "STREAM_CONTINUED"],
]);
const isDriven = (path: ThreadEvent[]) => path.every(({ type }) => DRIVEN.has(type));

/** The handler that drives the paths does not say what its steps used and cost. */
const withoutTokens = (path: ThreadEvent[]) =>
  path.map((event): ThreadEvent => {
    if (event.type !== "STREAM_FINISHED") return event;
    const { tokens: _tokens, cost: _cost, ...step } = event;
    return step;
  });

describe("a thread agrees with the model after every event of a shortest path to", () => {
  const paths = shortestThreadPaths({ ...FEW, limitSets: FEW.limitSets.slice(0, 1) }).filter(isDriven);
  const { some } = sampled(paths.map(withoutTokens));
  test.each(some.map((path) => ({ title: titleOf(path), path })))("$title", ({ path }) => walk(path));
});

test("a thread agrees with the model after every event of every simple way through one turn", async () => {
  const { some, words } = sampled(simpleTurns({ maxAttempts: 1, maxSteps: 1 }).filter(isDriven));
  console.log(`host = model, simple ways through a turn: ${words}`);
  for (const path of some.map(withoutTokens)) await walk(path);
}, 60_000);

describe("a tool call agrees with the model after every event of a shortest path", () => {
  /** A call within a transaction's batch is started as it is stored; what may come before START may come after. */
  const paths = shortestToolCallPaths(POLICIES)
    .flatMap((one) => [one, ...moved(one)])
    .map(({ policy, path }) => ({
      policy,
      path: ["START", "TAKEN"].includes(path[0]?.type ?? "") ? path : startedFirst(policy, path),
    }))
    .map(({ policy, path }) => ({ policy, path: path.map(asGiven) }))
    .filter(({ path }) => path.length > 0 && !path.some(({ type }) => type === "ENQUEUE_FAILED"));

  /** The path with START in front and the deadlines that are set then, as far as it can still be taken. */
  function startedFirst(policy: ToolCallPolicy, path: ToolCallEvent[]): ToolCallEvent[] {
    let snapshot = createToolCallSnapshot(policy);
    const taken: ToolCallEvent[] = [];
    for (const event of [{ type: "START" } as const, ...path]) {
      const { deadline } = snapshot.context;
      const now = event.type === "DEADLINE_PASSED" ? { ...event, deadline } : event;
      const step = stepToolCall(snapshot, now);
      if (!step.accepted) return [];
      snapshot = step.snapshot;
      taken.push(now);
    }
    return taken;
  }

  /** A path that ends where a deadline can be moved goes on with moves, and with what they put off. */
  function moved({ policy, path }: Walk): Walk[] {
    const end = path.reduce(
      (snapshot, event) => stepToolCall(snapshot, event).snapshot,
      createToolCallSnapshot(policy),
    );
    const moves: ToolCallEvent[] = [90_000, null, 60_000].map((ms) => ({ type: "DEADLINE_MOVED", ms }));
    if (path.length === 0 || !stepToolCall(end, moves[0]!).accepted) return [];
    const passed: ToolCallEvent = { type: "DEADLINE_PASSED", deadline: end.context.deadline + moves.length };
    return [{ policy, path: [...path, ...moves, passed] }];
  }

  test.each(sampled(POLICIES).some)("of a call of %o", async (policy) => {
    for (const { path } of paths.filter((one) => one.policy === policy)) await walkCall(policy, path);
  });

  async function walkCall(policy: ToolCallPolicy, path: ToolCallEvent[]): Promise<void> {
    const thread = await driver();
    const [generation, lease] = [1, OWNER];
    const before: ThreadEvent[] = [{ type: "SEND" }, { type: "STREAM_STARTED", generation, lease }];
    for (const event of before) await thread.thread(event);
    // Committing the step starts the call, or hands it to the step's handler: the first event of the path.
    const commit: ThreadEvent = { type: "STREAM_FINISHED", generation, lease, toolCalls: 1 };
    compare(await thread.thread(commit, [policy], path[0]!.type === "TAKEN"), path, 1);
    let snapshot = stepToolCall(createToolCallSnapshot(policy), path[0]!).snapshot;
    for (const [i, event] of path.entries()) {
      if (i === 0) continue;
      snapshot = stepToolCall(snapshot, event).snapshot;
      const outcome = await thread.toolCall(event);
      compare(outcome, path, i + 1);
      expect(outcome.actual.calls[0]!.snapshot).toEqual(snapshot);
    }
  }
});
