import type { ThreadSnapshot } from "../../../machines/snapshot.js";
import { valueAt } from "../../../machines/thread/states.js";
import { toXStateSnapshot, type LoadInspector, type StatelyInspector } from "../../react/inspectThread.js";
import type { Transition } from "../../types.js";

/** Shows a thread's log in Stately's inspector, with the chart of the machine, and goes on as the log does. */
export class LogInspection {
  private sent: number | null = null;

  private constructor(
    private readonly inspector: StatelyInspector,
    private readonly logic: unknown,
    private readonly statesOf: (log: Transition[]) => Map<number, ThreadSnapshot>,
  ) {}

  /** Loads the inspector, and the machine with XState, which nothing else here needs. */
  static async open(load: LoadInspector): Promise<LogInspection> {
    const [inspector, { threadMachine }, { replayThread }] = await Promise.all([
      load(),
      import("../../../machines/thread/machine.js"),
      import("../../../machines/replay.js"),
    ]);
    return new LogInspection(
      inspector,
      threadMachine,
      (log) => new Map(replayThread(log).map(({ seq, snapshot }) => [seq, snapshot])),
    );
  }

  /**
   * Sends what the inspector does not have of the log.
   *
   * @param log - oldest first.
   * @param snapshot - the thread's, which belongs to the last entry. Those of the others are replayed, as far as the log goes.
   */
  show(threadId: string, log: Transition[], snapshot: ThreadSnapshot | undefined): void {
    if (this.sent === null) {
      const [oldest] = log;
      const first = oldest ? inState(oldest.from) : { ...snapshot };
      this.inspector.actor({ sessionId: threadId, logic: this.logic }, toXStateSnapshot(first));
      this.sent = 0;
    }
    const sent = this.sent;
    const last = log.at(-1);
    if (!last || last.seq <= sent) return;
    const past = this.statesOf(log);
    if (snapshot) past.set(last.seq, snapshot);
    for (const { seq, to, event, details } of log.filter((entry) => entry.seq > sent)) {
      const state = toXStateSnapshot(past.get(seq) ?? inState(to));
      this.inspector.snapshot(threadId, state, { event: { type: event, ...details } });
    }
    this.sent = last.seq;
  }

  close(): void {
    this.inspector.stop();
  }
}

const inState = (path: string) => ({ value: valueAt(path), context: {} });
