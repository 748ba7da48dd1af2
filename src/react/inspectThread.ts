import type { ObservedTransition } from "./observedTransitions.js";

/** An actor as an inspector takes it; `logic` has the chart. */
interface InspectedActor {
  sessionId: string;
  logic?: unknown;
}

/** The methods of an inspector that are called here; `createBrowserInspector()` of `@statelyai/inspect` has them. */
export interface StatelyInspector {
  actor(actor: InspectedActor | string, snapshot?: object): void;
  snapshot(sessionId: string, snapshot: object, info?: { event?: { type: string } }): void;
  stop(): void;
}

/**
 * Loads an inspector on demand; this package does not depend on one.
 *
 * @example
 * async () => (await import("@statelyai/inspect")).createBrowserInspector()
 */
export type LoadInspector = () => Promise<StatelyInspector>;

/** Shows threads in an inspector, with the chart of the exported machine. */
export class ThreadInspection {
  private sent = new Map<string, ObservedTransition>();

  private constructor(
    private readonly inspector: StatelyInspector,
    private readonly logic: unknown,
  ) {}

  /** Loads the inspector and the machine. */
  static async open(load: LoadInspector): Promise<ThreadInspection> {
    const [inspector, { threadMachine }] = await Promise.all([
      load(),
      import("../../machines/thread/machine.js"),
    ]);
    return new ThreadInspection(inspector, threadMachine);
  }

  /**
   * Sends the transitions that the inspector does not have.
   *
   * @param transitions - all that were observed so far.
   */
  show(threadId: string, transitions: ObservedTransition[]): void {
    const last = this.sent.get(threadId);
    const fresh = last ? transitions.slice(transitions.indexOf(last) + 1) : transitions;
    for (const transition of fresh) {
      if (!this.sent.has(threadId))
        this.inspector.actor(
          { sessionId: threadId, logic: this.logic },
          toXStateSnapshot(transition.snapshot),
        );
      else
        this.inspector.snapshot(threadId, toXStateSnapshot(transition.snapshot), {
          event: { type: `${transition.from} → ${transition.to}` },
        });
      this.sent.set(threadId, transition);
    }
  }

  close(): void {
    this.inspector.stop();
  }
}

/** A snapshot as XState and Stately have it. */
export const toXStateSnapshot = ({ value, context }: { value?: unknown; context?: unknown }) => ({
  status: "active",
  value,
  context,
});
