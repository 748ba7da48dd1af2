import type { ThreadEvent } from "../../../machines/index.js";
import type { Transaction } from "./transaction.js";
import type { World } from "./world.js";

/** One thing that can happen next: one transaction, or one process that begins, goes on or dies. */
export interface Move {
  label: string;
  /** Fault moves use up the world's budget of faults, and users' moves that of users. */
  by: "own" | "fault" | "user";
  /** Returns false when nothing happened after all. */
  run: (tx: Transaction) => boolean | void;
  /** It is a fault, and yet nobody dies and nothing is lost but an answer. */
  isHarmless?: boolean;
  /** Puts the delivered event on its way a second time. */
  repeat?: (world: World) => void;
}

/** A move that delivers an event to the thread, which may arrive twice. */
export function delivery(by: Move["by"], event: ThreadEvent, around: (tx: Transaction) => void): Move {
  return { label: event.type, by, run: around, repeat: (world) => world.late.push(event) };
}
