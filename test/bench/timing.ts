import type { Measured } from "./measure.js";
import { SUBJECTS, type SubjectName } from "./results.js";
import { number, table, yesOrNo } from "./tables.js";

/** How soon the first text of W1 is to be seen, in milliseconds. */
const FIRST_TEXT_MS = 80;

/** How long the turn of W2 may take, in milliseconds. */
const TURN_MS = 970;

/** W1 and W2 with time; null where one fails. */
export type Timed = Record<"W1" | "W2", Record<SubjectName, Measured | null>>;

/** How long a client waits. */
export function timing({ W1, W2 }: Timed): string {
  const line = (label: string, of: (name: SubjectName) => number | undefined, target: number) => [
    label,
    ...SUBJECTS.map((name) => (of(name) === undefined ? "fails" : number(of(name)!))),
    number(target),
    yesOrNo(of("ours")! <= target),
  ];
  return table(
    ["milliseconds", ...SUBJECTS, "at most", "met"],
    [
      line("W1: until its first text is seen", (name) => W1[name]?.times.firstText, FIRST_TEXT_MS),
      line("W2: until all of the turn is seen", (name) => W2[name]?.times.turn, TURN_MS),
    ],
    ["met"],
  );
}
