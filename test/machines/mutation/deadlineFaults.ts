import { and } from "xstate";
import type { ToolCallContext, ToolCallEvent } from "../../../machines/index.js";
import {
  deaf,
  deafChild,
  entersWithout,
  forgets,
  guardIs,
  hears,
  idle,
  leads,
  mistake,
  open,
  without,
  type Fault,
} from "./fault.js";

interface Args {
  context: ToolCallContext;
  event: ToolCallEvent;
}

/** Mistakes in how a tool call keeps to its time. */
export const deadlineFaults: Fault[] = [
  open("isSync"),
  open("currentDeadline"),
  guardIs(
    "currentDeadline",
    "takes an earlier deadline, too",
    ({ context, event }: Args) => "deadline" in event && event.deadline <= context.deadline,
  ),
  guardIs("currentDeadline", "never sees a deadline", () => false),
  idle("nextDeadline"),
  idle("recordTimeout"),
  idle("recordNoAnswer"),
  mistake("cancelDeadline is dropped on leaving pending", (draft) => {
    delete draft.state("pending").exit;
  }),
  forgets("pending.executing", "RUN_BEGAN", 0, "armDeadline"),
  forgets("pending.executing", "RUN_BEGAN", 0, "nextDeadline"),
  entersWithout("pending.executing", "nextDeadline"),
  entersWithout("pending.executing", "cancelDeadline"),
  entersWithout("pending.backoff", "nextDeadline"),
  entersWithout("pending.backoff", "cancelDeadline"),
  mistake("a call's time counts from when it is scheduled", (draft) => {
    const entry = [draft.state("pending.executing").entry ?? []].flat();
    const params = { time: "timeoutMs" };
    draft.state("pending.executing").entry = [...entry, { type: "armDeadline", params }];
  }),
  mistake("a call runs as long as its approval may take", (draft) => {
    const params = { time: "approvalTimeoutMs" };
    draft.transition("pending.executing", "RUN_BEGAN").actions = [
      "nextDeadline",
      { type: "armDeadline", params },
    ];
  }),
  mistake("a sync call that overran its time is not entered anew", (draft) => {
    delete draft.transition("pending.executing", "DEADLINE_PASSED").reenter;
  }),
  mistake("a sync call that overran its time may always run again", (draft) => {
    const guard = and(["isSync", "currentDeadline", "attemptsLeft"]);
    draft.transition("pending.executing", "DEADLINE_PASSED").guard = guard;
  }),
  mistake("the deadline of a sync call can be moved", (draft) => {
    delete draft.transition("pending", "DEADLINE_MOVED").guard;
  }),
  forgets("pending", "DEADLINE_MOVED", 0, "armDeadline"),
  forgets("pending", "DEADLINE_MOVED", 0, "nextDeadline"),
  forgets("pending", "DEADLINE_PASSED", 0, "reportSettled"),
  forgets("pending", "DEADLINE_PASSED", 0, "cancelExecutor"),
  forgets("pending.executing", "DEADLINE_PASSED", 0, "countAttempt"),
  forgets("pending.executing", "DEADLINE_PASSED", 0, "cancelExecutor"),
  forgets("pending.executing", "DEADLINE_PASSED", 1, "reportSettled"),
  forgets("pending.executing", "DEADLINE_PASSED", 1, "cancelExecutor"),
  deaf("pending", "DEADLINE_MOVED"),
  deaf("pending", "DEADLINE_PASSED"),
  deaf("pending.executing", "DEADLINE_PASSED"),
  deafChild("pending.awaitingResult", "DEADLINE_PASSED"),
  deafChild("pending.backoff", "DEADLINE_PASSED"),
  without("pending.executing", "DEADLINE_PASSED", 0),
  without("pending.executing", "DEADLINE_PASSED", 1),
  leads("pending", "DEADLINE_PASSED", 0, "cancelled"),
  leads("pending.executing", "DEADLINE_PASSED", 0, "backoff"),
  hears("failed", "DEADLINE_PASSED", "failed"),
  hears("pending.backoff", "DEADLINE_PASSED", "executing"),
];
