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

/** Mistakes in how a tool call waits for a person's approval. */
export const approvalFaults: Fault[] = [
  open("needsApproval"),
  guardIs("needsApproval", "lets every call run at once", () => false),
  idle("recordNoApproval"),
  entersWithout("pending.awaitingApproval", "armDeadline"),
  entersWithout("pending.awaitingApproval", "nextDeadline"),
  mistake("a person has as long to approve as the tool has to run", (draft) => {
    const params = { time: "timeoutMs" };
    draft.state("pending.awaitingApproval").entry = ["nextDeadline", { type: "armDeadline", params }];
  }),
  forgets("pending.awaitingApproval", "DENY", 0, "reportSettled"),
  forgets("pending.awaitingApproval", "DENY", 0, "recordError"),
  forgets("pending.awaitingApproval", "DEADLINE_PASSED", 0, "reportSettled"),
  deaf("pending.awaitingApproval", "APPROVE"),
  deaf("pending.awaitingApproval", "DENY"),
  deaf("pending.awaitingApproval", "DEADLINE_PASSED"),
  deafChild("pending.awaitingApproval", "CANCEL"),
  mistake("results are taken while approval is awaited", (draft) => {
    delete draft.state("pending.awaitingApproval").on?.["RESULT_GIVEN"];
  }),
  mistake("errors are taken while approval is awaited", (draft) => {
    delete draft.state("pending.awaitingApproval").on?.["ERROR_GIVEN"];
  }),
  mistake("deadlines are moved while approval is awaited", (draft) => {
    delete draft.state("pending.awaitingApproval").on?.["DEADLINE_MOVED"];
  }),
  without("pending.requested", "START", 0),
  leads("pending.requested", "START", 0, "executing"),
  leads("pending.requested", "START", 2, "awaitingApproval"),
  leads("pending.awaitingApproval", "DENY", 0, "executing"),
  leads("pending.awaitingApproval", "DEADLINE_PASSED", 0, "executing"),
  leads("pending.awaitingApproval", "DEADLINE_PASSED", 0, "#toolCall.failed"),
  leads("pending.awaitingApproval", "APPROVE", 1, "awaitingResult"),
  hears("denied", "APPROVE", "pending.executing"),
  hears("pending.requested", "APPROVE", "executing"),
  hears("pending.executing", "DENY", "#toolCall.denied"),
  hears("pending.awaitingApproval", "START", "executing"),
  hears("pending.awaitingResult", "APPROVE", "executing"),
];
