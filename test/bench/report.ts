import { EXPLANATIONS } from "./explanations.js";
import type { Costs } from "./ledger.js";
import type { Measured, Measurement } from "./measure.js";
import { COUNTS, targetOf, type Count } from "./targets.js";
import type { Workload } from "./workloads.js";

/** What a workload cost us and the lower bounds. */
export interface Result {
  workload: Workload;
  ours: Measured;
  F: Measured;
  Fs: Measured;
}

const counts = Object.keys(COUNTS) as Count[];
const number = (value: number): string => Math.round(value).toLocaleString("en-US");
const row = (...cells: (string | number)[]): string => `| ${cells.join(" | ")} |`;

const hasTools = ({ outcome }: Workload): boolean => outcome.results > 0;
const boundOf = ({ workload, F, Fs }: Result): Measurement => (hasTools(workload) ? Fs : F).costs;

/** One workload: the counts, their ratios to the bound and their targets. */
function section(result: Result): string {
  const { workload, ours, F, Fs } = result;
  const bound = boundOf(result);
  const lines = counts.map((count) => {
    const target = targetOf(count, workload, { F: F.costs, bound });
    const ratio = ours.costs[count] / bound[count];
    return row(
      COUNTS[count],
      number(ours.costs[count]),
      number(F.costs[count]),
      ...(hasTools(workload) ? [number(Fs.costs[count])] : []),
      ratio.toFixed(2),
      target ? `${number(target.most)} (${target.rule})` : "",
      target ? (ours.costs[count] <= target.most ? "yes" : "**no**") : "",
    );
  });
  const names = ["", "ours", "F", ...(hasTools(workload) ? ["Fs"] : []), "ratio", "at most", "met"];
  return [
    `### ${workload.name}: ${workload.title}`,
    "",
    row(...names),
    row(...names.map((name) => (["", "at most", "met"].includes(name) ? "---" : "---:"))),
    ...lines,
    "",
    ...explanations(result),
  ].join("\n");
}

/** Why each count that is above the bound is; one that is without a reason, or a reason too many, is an error. */
function explanations(result: Result): string[] {
  const { name } = result.workload;
  const told = EXPLANATIONS[name] ?? {};
  const bound = boundOf(result);
  return counts.flatMap((count) => {
    const isAbove = result.ours.costs[count] > bound[count];
    if (isAbove !== (told[count] !== undefined))
      throw new Error(
        `explanations.ts: ${name}, ${COUNTS[count]}: ${isAbove ? "why is it" : "it is not"} above the bound?`,
      );
    return isAbove ? [`- ${COUNTS[count]}: ${told[count]}.`] : [];
  });
}

/** Where our counts come from. */
function breakdown({ workload, ours }: Result): string {
  const keys = counts.filter((count): count is keyof Costs => count !== "clientBytes");
  const clients = Object.entries(ours.bySubscription).map(([name, bytes]) => `${name} ${number(bytes)}`);
  return [
    `### ${workload.name}`,
    "",
    row("function", ...keys.map((key) => COUNTS[key])),
    row("---", ...keys.map(() => "---:")),
    ...Object.entries(ours.byFunction).map(([name, costs]) =>
      row(`\`${name}\``, ...keys.map((key) => number(costs[key]))),
    ),
    "",
    `Bytes to the client: ${clients.join(", ")}.`,
  ].join("\n");
}

/** How work grows: each count of the larger work by that of the smaller. */
function growth(title: string, small: Result, large: Result, most: number): string {
  const lines = counts.map((count) => {
    const factor = large.ours.costs[count] / small.ours.costs[count];
    return row(
      COUNTS[count],
      number(small.ours.costs[count]),
      number(large.ours.costs[count]),
      factor.toFixed(2),
      factor <= most ? "yes" : "**no**",
    );
  });
  return [
    `### ${title}`,
    "",
    row("", small.workload.name, large.workload.name, "factor", `at most ${most}`),
    row("---", "---:", "---:", "---:", "---"),
    ...lines,
  ].join("\n");
}

/** How many targets there are, and which are missed. */
function verdict(results: Result[]): string {
  const judged = results.flatMap((result) =>
    counts.flatMap((count) => {
      const { workload, ours, F } = result;
      const target = targetOf(count, workload, { F: F.costs, bound: boundOf(result) });
      return target
        ? [{ met: ours.costs[count] <= target.most, what: `${workload.name} ${COUNTS[count]}` }]
        : [];
    }),
  );
  const missed = judged.filter(({ met }) => !met).map(({ what }) => what);
  return `${judged.length - missed.length} of ${judged.length} targets are met. Missed: ${missed.join("; ") || "none"}.`;
}

/** docs/costs.md. */
export function report(all: Result[]): string {
  const named = (name: string) => all.find(({ workload }) => workload.name === name)!;
  const results = all.filter(({ workload }) => !workload.name.includes("-"));
  return `# What a turn costs

\`npm run bench\` measures this and writes this page. The clock is virtual and the model scripted: two runs give the same
counts.

- A call is a query, a mutation or an action that Convex runs by itself: each \`ctx.run*\` of an action, each scheduled
  function. What a mutation or query calls shares its transaction; what an action calls through \`ctx.runAction\` belongs to
  it. Documents and bytes are those of all transactions, of the app and of the component, until nothing is scheduled any
  more. What the scheduler stores of its own is not among them, for nobody.
- One client follows each thread with what the hooks subscribe to (\`getThread\`; \`listMessagesWithStreams\` for the newest
  page of 50, the live streams, and the deltas from a cursor on). It asks again after every commit; the JSON of each answer
  that changed is counted, and the first answer to a subscription that moved on. Its own calls and reads are not counted,
  nor is opening the thread.
- F is a lower bound: a plain Convex app that runs a turn in one action, tools inside it. Fs has an action for each step and
  for each tool call. Neither retries, stops, asks who may do what, or survives a crash, and their client is sent nothing
  twice. They are in \`test/bench/lowerBound\`. The ratio is to Fs where there are tools, otherwise to F.
- Ours is measured as an app has it: durable, with authorization and fencing, tools as actions, answers saved every 250 ms.

${verdict(results)}

Not measured yet: other packages, the time to the first token, what an isolate loads, and where each breaks.

## The counts

${results.map(section).join("\n\n")}

## Growth

${growth("W4 with 5,000 messages before instead of 100", named("W4-100"), named("W4"), 1.02)}

${growth("50 steps instead of 11", named("W2"), named("W2-50"), 5)}

The model is sent the turn as it grows, and each step, an action of its own, reads it again; Fs does so too. What a client
receives grows because the newest page is sent whole with each step.

## Where ours come from

${results.map(breakdown).join("\n\n")}
`;
}
