import type { ObservedTransition, ThreadSnapshot } from "./observedTransitions.js";

/** An actor as an inspector sees it; it finds the chart in the logic. */
interface InspectedActor {
  sessionId: string;
  logic?: unknown;
}

/** What the bridge uses of an inspector, such as `createBrowserInspector()` of `@statelyai/inspect` makes. */
export interface StatelyInspector {
  actor(actor: InspectedActor | string, snapshot?: object): void;
  snapshot(sessionId: string, snapshot: object, info?: { event?: { type: string } }): void;
  stop(): void;
}

/** Loads an inspector when it is asked for; the package itself does not depend on one. */
export type LoadInspector = () => Promise<StatelyInspector>;

/**
 * Shows threads in an inspector, with the chart of the exported machine. A thread appears with the first of its
 * transitions, and those that were seen already are replayed; hand over the whole list each time it grows.
 */
export class ThreadInspection {
  private sent = new Map<string, ObservedTransition>();

  private constructor(
    private readonly inspector: StatelyInspector,
    private readonly logic: unknown,
  ) {}

  static async open(load: LoadInspector): Promise<ThreadInspection> {
    const [inspector, { threadMachine }] = await Promise.all([
      load(),
      import("../../machines/thread/machine.js"),
    ]);
    return new ThreadInspection(inspector, threadMachine);
  }

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

const toXStateSnapshot = ({ value, context }: ThreadSnapshot) => ({ status: "active", value, context });
