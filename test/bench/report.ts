import { explanations } from "./explained.js";
import { growth, opening, type Sizes } from "./growth.js";
import { importTable } from "./importCosts.js";
import type { ImportCost } from "./imports/measure.js";
import { CALL_MS, type Costs } from "./ledger.js";
import type { Measured } from "./measure.js";
import { priceTable, PRICES_OF } from "./prices.js";
import {
  boundOf,
  hasTools,
  judged,
  notAheadOf,
  SUBJECTS,
  targetIn,
  type Outcome,
  type Result,
} from "./results.js";
import { counts, kB, number, shown, table, yesOrNo } from "./tables.js";
import { COUNTS, type Count } from "./targets.js";
import { timing, type Timed } from "./timing.js";

/** All that was measured. */
export interface Measurements {
  results: Result[];
  /** W2 with the log of transitions, which the others do without. */
  logged: Measured;
  /** The work of W4 on longer and longer threads. */
  longer: Sizes;
  /** The work of W2 with more and more steps. */
  steps: Sizes;
  timed: Timed;
  imports: ImportCost[];
}

/** What the component's cron makes in 30 days: one call every five minutes. */
const CRON_CALLS = 30 * 24 * 12;

/** A workload's costs in one cell. */
function summary(outcome: Outcome): string {
  if ("fails" in outcome) return `fails: ${outcome.fails}`;
  const { calls, documentsWritten, bytesWritten, clientBytes } = outcome.costs;
  return [number(calls), number(documentsWritten), kB(bytesWritten), kB(clientBytes)].join(" / ");
}

/** Every workload, for all that do it. */
function overview(results: Result[]): string {
  const rows = results.map((result) => [
    `${result.workload.name}: ${result.workload.title}`,
    ...SUBJECTS.map((name) =>
      name === "bound, steps" && !hasTools(result.workload) ? "" : summary(result[name]),
    ),
  ]);
  return table(["", ...SUBJECTS], rows);
}

/** Where ours is not ahead, and which targets are missed. */
function verdict(results: Result[]): string {
  const comparisons = results.length * counts.length;
  const ahead = (["0.2.6", "agent, steps"] as const).map((name) => {
    const exceptions = notAheadOf(name, results);
    const all = exceptions.length === 0;
    return `Ahead of ${name} on ${all ? "every count of every row" : `${comparisons - exceptions.length} of ${comparisons} counts; not on ${exceptions.join(", ")}`}.`;
  });
  const targets = judged(results);
  const missed = targets.filter(({ met }) => !met).map(({ what }) => what);
  return [
    ...ahead,
    `${targets.length - missed.length} of ${targets.length} targets are met. Missed: ${missed.join(", ") || "none"}.`,
  ].join("\n\n");
}

/** One workload: each count, its ratio to the bound and its target. */
function section(result: Result): string {
  const { workload, ours } = result;
  const bound = boundOf(result);
  const names = SUBJECTS.filter((name) => name !== "bound, steps" || hasTools(workload));
  const rows = counts.map((count) => {
    const target = targetIn(result, count);
    const used = (outcome: Outcome) => ("fails" in outcome ? "fails" : shown(count, outcome.costs[count]));
    return [
      COUNTS[count],
      ...names.map((name) => used(result[name])),
      (ours.costs[count] / bound[count]).toFixed(2),
      target ? `${number(target.most)} (${target.rule})` : "",
      target ? yesOrNo(ours.costs[count] <= target.most) : "",
    ];
  });
  return [
    `### ${workload.name}: ${workload.title}`,
    "",
    table(["", ...names, "ratio", "at most", "met"], rows, ["at most", "met"]),
    "",
    ...explanations(result),
  ].join("\n");
}

/** What the log of transitions costs, in a workload. */
function theLog({ ours }: Result, logged: Measured): string {
  const rows = counts.map((count) => [
    COUNTS[count],
    shown(count, ours.costs[count]),
    shown(count, logged.costs[count]),
    (logged.costs[count] / ours.costs[count]).toFixed(2),
  ]);
  const more = (count: Count) => logged.costs[count] - ours.costs[count];
  const row = Math.round(more("bytesWritten") / more("documentsWritten"));
  return [
    `W2 with the log of transitions: each transition is a row of about ${row} B.`,
    "",
    table(["", "without", "with the log", "factor"], rows),
  ].join("\n");
}

/** Where our counts come from. */
function breakdown({ workload, ours }: Result): string {
  const keys = counts.filter((count): count is keyof Costs => count !== "clientBytes");
  const clients = Object.entries(ours.bySubscription).map(([name, bytes]) => `${name} ${number(bytes)}`);
  const rows = Object.entries(ours.byFunction).map(([name, costs]) => [
    `\`${name}\``,
    ...keys.map((key) => shown(key, costs[key])),
  ]);
  return [
    `### ${workload.name}`,
    "",
    table(["function", ...keys.map((key) => COUNTS[key])], rows),
    "",
    `Bytes to the client: ${clients.join(", ")}.`,
  ].join("\n");
}

/** docs/operations/costs.md. */
export function report({ results, logged, longer, steps, timed, imports }: Measurements): string {
  return `# What a turn costs

How much of Convex the turns of an agent use. \`npm run bench\` has this package and others do the same scripted work, counts, and writes
this page.

${priceTable(results)}

By the prices of Convex's Starter plan beyond what it includes, as its page of limits had them in ${PRICES_OF}: calls, database I/O and
actions, at 64 MiB each. The model, storage and a client's own calls are not in it: the model mostly costs far more.

- **ours** is this package as an app has it: durable, with authorization and fencing, tools as actions, answers saved every 250 ms.
- **0.2.6** is the package convex-durable-agents 0.2.6.
- **agent** is @convex-dev/agent 0.7.3 with a whole turn in one action, tools inside it: a crash loses the turn. **agent, steps** has an
  action for each step, with the step's tools inside it: a crash loses the step, and what its tools did is not known. Where a step
  calls 100 tools (W3), that takes fewer calls than an action for each tool.
- **bound** is a lower bound: a plain Convex app that runs a turn in one action, tools inside it. **bound, steps** has an action for each
  step and for each tool call. Neither retries, stops, asks who may do what, or survives a crash, and their client is sent nothing
  twice. They are in \`test/bench/lowerBound\`.

## In short

In each cell: calls / documents written / kB written / kB to the client.

${overview(results)}

${verdict(results)}

Targets are factors of the lower bound, or goals that were set before the work on them began. The cost of 1,000 turns is held as well.

## What is counted

The clock is virtual and the model scripted: two runs give the same counts.

- A call is a query, a mutation or an action that Convex runs: each \`ctx.run*\` of an action, \`ctx.runAction\` too, and each
  scheduled function. What a mutation or query calls shares its transaction. Documents and bytes are those of all transactions, of
  the app and of the component, until nothing is scheduled any more, cleaning up included. What the scheduler stores of its own is not among them, for nobody.
- One client follows each thread with what the package's own hooks subscribe to, a page of 50 messages where there are pages:
  \`useThread\` for ours, \`useAgentChat\` for 0.2.6, \`useUIMessages\` with \`stream: true\` for agent. It asks again after every commit; the
  JSON of each answer that changed is counted, and the first answer to a subscription that moved on. Its own calls and reads
  are not counted, nor is opening the thread, for which see [Growth](#growth).

- Seconds of actions are from an action's begin to its end: the model pauses 5 ms before each part of its stream, a tool takes
  what the workload says, and each call that an action makes takes ${CALL_MS} ms. An action that waits for another one counts as well.

The component's cron is in none of these: with or without threads it makes a call every five minutes, ${number(CRON_CALLS)} in 30
days. It reads the threads that are not settled, with their jobs' records, and writes nothing where there is nothing to recover.

The [log of transitions](../guide/insight.md#the-log) is off in all of these, and on in an app by default. What it costs is in a table of its
own: [The log](#the-log).

## The counts

The ratio is of ours to the lower bound: to "bound, steps" where there are tools, otherwise to "bound". Below each table is why a count is above the bound.

${results.map(section).join("\n\n")}

## Time

Each call (query, mutation, action; one that is scheduled begins when it is due) takes ${CALL_MS} ms before it does anything, and
transactions come one after another; model and tools take what they take in the counts.

${timing(timed)}

## What an isolate loads

Bundled as the Convex CLI does; of a component's files, the one that loads most. Evaluation is in a fresh context, as a multiple
of what an empty Convex module takes.

${importTable(imports)}

## The log

${theLog(
  results.find(({ workload }) => workload.name === "W2")!,
  logged,
)}

## Growth

### W4 on longer threads

${growth(longer, 1.02)}

What opening such a thread takes, which is to be the same too:

${opening(longer)}

### W2 with more steps

${growth(steps, 4.6)}

The model is sent the turn as it grows. Ours keeps it in memory as long as one action carries the turn on; each step of the bound, an
action of its own, reads it again.

## Limits

Each of these is a test under Convex's limits, in \`test/slow\`:

- A thread of 100,000 short messages, or of 2,000 messages of 8 kB, is opened, continued and paged through
  (\`longThreads.test.ts\`).
- 1,000 parallel calls of one step settle; 100 parallel results of 100 kB and 10 of 900 kB are all kept, and the model is sent
  them all (\`manyCalls.test.ts\`, \`largeResults.test.ts\`).
- A result must fit into a document, 1 MiB with its call's arguments; a larger one becomes an error outcome, or with
  \`storeLargeResults: true\` a file (see [tools](../guide/tools.md)). A page of messages shows at most 11 MiB of results, and marks those
  beyond as left out.

## Where ours come from

${results.map(breakdown).join("\n\n")}
`;
}
