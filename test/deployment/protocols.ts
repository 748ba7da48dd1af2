import { beforeEach, describe } from "vitest";
import { overrides } from "../support/app/agent.js";
import type { Call } from "./actions.js";

/** Who runs a step's plain tools and the next step. */
export interface Protocol {
  /** How long an action of the stream handler takes on more of its turn, in milliseconds. */
  slice: number;
  /** The function that runs a plain tool, and the one that it reports the outcome to. */
  runsTools: string;
  reportsTo: string;
}

const PROTOCOLS: Protocol[] = [
  { slice: 0, runsTools: "executor:run", reportsTo: "toolEvents:settle" },
  { slice: 15_000, runsTools: "agent:handler", reportsTo: "inlineCalls:report" },
];

/** Describes scenarios twice: with actions that do one thing each, and with those that take a turn on within their slice. */
export function underEachProtocol(scenarios: (protocol: Protocol) => void): void {
  for (const protocol of PROTOCOLS)
    describe(`with a slice of ${protocol.slice} ms`, () => {
      beforeEach(() => void (overrides.slice = protocol.slice));
      scenarios(protocol);
    });
}

/** Whether a call runs a tool's handler, whoever makes it. */
export const runsTool = ({ kind, by }: Call): boolean =>
  kind === "runAction" && PROTOCOLS.some(({ runsTools }) => by === runsTools);

/** Whether a call reports outcomes of tools, whoever makes it. */
export const reportsOutcomes = ({ to }: Call): boolean => PROTOCOLS.some(({ reportsTo }) => to === reportsTo);
