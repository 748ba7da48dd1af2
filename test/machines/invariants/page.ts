import { WORLD_CHECKS } from "../world/checks.js";
import { threadInvariants } from "./thread.js";
import { toolCallInvariants } from "./toolCall.js";

/** A check, and the sentence that it holds. */
interface Named {
  id: string;
  says: string;
}

/** Where the checks of each kind are in the tests, and what they are checks of. */
const LISTS: { title: string; checks: Named[] }[] = [
  { title: "Threads, in `machines/graph/thread.test.ts`", checks: threadInvariants },
  { title: "Tool calls, in `machines/graph/toolCall.test.ts`", checks: toolCallInvariants },
  {
    title: "Worlds, in `machines/world/world.test.ts`",
    checks: Object.entries(WORLD_CHECKS).map(([id, says]) => ({ id, says })),
  },
];

const BEGIN = "<!-- Written by `npm run invariants`. -->";
const END = "<!-- The end of what is written by `npm run invariants`. -->";

const byId = new Intl.Collator("en", { numeric: true });

/** The page with each coded invariant in one line, in the place of those that it had. */
export function withInvariants(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`The page has no place for the invariants: ${BEGIN} ... ${END}`);
  const lists = LISTS.map(({ title, checks }) => {
    const sorted = checks.toSorted((a, b) => byId.compare(a.id, b.id));
    return `### ${title}\n\n${sorted.map(({ id, says }) => `- ${id}: ${says}`).join("\n")}\n`;
  });
  return [before, BEGIN, `\n\n${lists.join("\n")}\n`, END, after].join("");
}

/** The names of all checks, to be told apart. */
export const allIds = LISTS.flatMap(({ checks }) => checks.map(({ id }) => id));
