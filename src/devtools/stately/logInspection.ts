import type { ThreadSnapshot } from "../../../machines/snapshot.js";
import { stateValue, type ThreadState } from "../../../machines/thread/states.js";
import type { LoadInspector, StatelyInspector } from "../../react/inspectThread.js";
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
      const first = oldest ? inState(oldest.from) : { status: "active", ...snapshot };
      this.inspector.actor({ sessionId: threadId, logic: this.logic }, first);
    }
    const sent = this.sent ?? 0;
    const past = this.statesOf(log);
    for (const { seq, to, event, details } of log) {
      if (seq <= sent) continue;
      const isLast = seq === log.at(-1)!.seq;
      const known = isLast && snapshot ? snapshot : past.get(seq);
      const state = known ? { status: "active", ...known } : inState(to);
      this.inspector.snapshot(threadId, state, { event: { type: event, ...details } });
    }
    this.sent = Math.max(sent, log.at(-1)?.seq ?? 0);
  }

  close(): void {
    this.inspector.stop();
  }
}

const inState = (path: string) => ({
  status: "active",
  value: stateValue(path.slice(path.lastIndexOf(".") + 1) as ThreadState),
  context: {},
});
