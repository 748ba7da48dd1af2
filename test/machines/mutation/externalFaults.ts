import type { ToolCallContext } from "../../../machines/index.js";
import { forgets, guardIs, hears, leads, mistake, open, without, type Fault } from "./fault.js";

interface Args {
  context: ToolCallContext;
}

const REQUESTED = "pending.requested";
const APPROVAL = "pending.awaitingApproval";

/** Where a call with nothing to run begins to wait, and which way that is. */
const BEGINS = [
  { state: REQUESTED, event: "START", way: 1 },
  { state: APPROVAL, event: "APPROVE", way: 0 },
];

/** Mistakes in how a call with nothing to run waits for its outcome. */
export const externalFaults: Fault[] = [
  open("isExternal"),
  guardIs("isExternal", "runs every call", () => false),
  guardIs("isExternal", "leaves out callbacks", ({ context }: Args) => context.kind !== "sync"),
  guardIs("isAsync", "takes no answer to a call with nothing to run", ({ context }: Args) => {
    return context.kind === "async";
  }),
  ...BEGINS.flatMap(({ state, event, way }) => [
    without(state, event, way),
    leads(state, event, way, "executing"),
    leads(state, event, way, "#toolCall.completed"),
    forgets(state, event, way, "nextEpoch"),
    forgets(state, event, way, "nextDeadline"),
    forgets(state, event, way, "armDeadline"),
    mistake(`a call with nothing to run has the time of an approval from ${event} on`, (draft) => {
      const armed = { type: "armDeadline", params: { time: "approvalTimeoutMs" } };
      const gives = event === "START" ? ["startNext"] : [];
      draft.transition(state, event, way).actions = ["nextEpoch", "nextDeadline", armed, ...gives];
    }),
  ]),
  forgets(REQUESTED, "START", 1, "startNext"),
  mistake("an approved call with nothing to run gives a place back that it never had", (draft) => {
    const armed = { type: "armDeadline", params: { time: "timeoutMs" } };
    draft.transition(APPROVAL, "APPROVE").actions = ["nextEpoch", "nextDeadline", armed, "startNext"];
  }),
  mistake("a call with nothing to run is scheduled, too", (draft) => {
    const { actions } = draft.transition(REQUESTED, "START", 1);
    draft.transition(REQUESTED, "START", 1).actions = [...[actions ?? []].flat(), "executeTool"];
  }),
  hears("pending.awaitingResult", "START", "awaitingResult"),
];
