import { duration } from "../format.js";
import type { Transition } from "../../types.js";

/** How one event reads: by where the thread came from, and where it led. */
type Sentence = (entry: Transition) => string;

const isSettled = (state: string) => state.startsWith("settled.");
const LIMIT = "a limit lets no turn begin";

/** What follows an event that ends a step or a turn. */
const OUTCOMES: Record<string, string> = {
  "settled.completed": "the turn is complete",
  "settled.failed": "the turn has failed",
  "settled.stopped": "the thread is stopped",
  "running.queued": "the next step is scheduled",
  "running.streaming": "the same handler goes on",
  "running.backoff": "it is tried again after a wait",
  "settled.idle": "the thread waits for its user",
};

const outcome = ({ to }: Transition): string => OUTCOMES[to] ?? `now ${to}`;

const because = ({ details }: Transition): string =>
  details?.error ? `: ${details.error.message.replace(/\.$/, "")}` : "";

/** A message that arrives where a turn may begin at once, and elsewhere. */
const message =
  (meanwhile: string): Sentence =>
  ({ from, to }) => {
    if (to === "settled.stopped") return `Message sent: ${LIMIT}`;
    if (isSettled(from)) return "Message sent: a turn begins";
    return from.startsWith("preparing.")
      ? "Message sent: it waits for the history"
      : `Message sent: ${meanwhile}`;
  };

const prepared =
  (done: string): Sentence =>
  (entry) =>
    `${done}: ${entry.to === "running.queued" ? "a turn begins" : outcome(entry)}`;

const SENTENCES: Record<string, Sentence> = {
  SEND: message("it waits for the next turn"),
  STEER: message("the next model call sees it"),
  INTERRUPT: message("the running turn is cut off, and the next one begins"),
  WITHDRAW: () => "Message taken back",
  APPEND: () => "Message added: nothing answers it",
  RESUME: ({ to }) => `Resumed: ${to === "settled.stopped" ? LIMIT : "a turn begins"}`,
  REWIND: () => "History edited: what came later is deleted",
  TRUNCATED: prepared("History is cut back"),
  FORK: () => "Forked: another thread's history is copied",
  COPIED: prepared("History is copied"),
  STREAM_STARTED: () => "Stream handler started: it calls the model",
  STREAM_FINISHED: (entry) =>
    `Model finished: ${entry.to === "running.tools" ? tools(entry) : outcome(entry)}`,
  STREAM_FAILED: (entry) => {
    const { retryAfterMs } = entry.details ?? {};
    const wait = retryAfterMs ? `; the provider asks to wait ${duration(retryAfterMs)}` : "";
    return `Model call failed${because(entry)}; ${outcome(entry)}${wait}`;
  },
  LEASE_EXPIRED: (entry) =>
    `Stream handler died: ${entry.to === "running.queued" ? "the step is tried again" : outcome(entry)}`,
  ENQUEUE_FAILED: (entry) => `Stream handler could not be scheduled${because(entry)}; ${outcome(entry)}`,
  RETRY_DUE: () => "The wait is over: the step is tried again",
  TOOLS_SETTLED: (entry) => `Tools done: ${outcome(entry)}`,
  STREAM_CONTINUED: (entry) => `Tools done: ${outcome(entry)}`,
  STOP: ({ to }) =>
    to === "preparing.stopping" ? "Stopped: the history is finished first" : "Stopped by a user",
  TIME_UP: ({ to, details }) =>
    `Time is up${details?.budget ? ` (${details.budget})` : ""}: ${isSettled(to) ? "the thread is stopped" : "the next turn begins"}`,
  GIVE_UP: (entry) => `Given up${because(entry)}; the turn has failed`,
  DELETE: () => "Deleted: all that the thread owns is removed",
  PURGED: () => "Nothing of the thread is left",
};

function tools({ details }: Transition): string {
  const count = details?.toolCalls;
  if (count === undefined) return "tools requested";
  return `${count} ${count === 1 ? "tool" : "tools"} requested`;
}

/** Says what an entry of the log means, such as "Model finished: 2 tools requested". */
export const sentenceOf = (entry: Transition): string =>
  SENTENCES[entry.event]?.(entry) ?? `${entry.event}: now ${entry.to}`;

/** What each event of a thread or of a tool call is, for who points at an arrow. */
export const EVENT_MEANINGS: Record<string, string> = {
  "": "At once",
  SEND: "A user sends a message",
  STEER: "A user sends a message for the next model call",
  INTERRUPT: "A user sends a message that ends the running turn",
  WITHDRAW: "A user takes a message back",
  APPEND: "The app adds a message",
  RESUME: "The thread is resumed",
  REWIND: "The history is cut back, to regenerate or edit",
  TRUNCATED: "The history is cut back",
  FORK: "The thread begins with a copy of another one",
  COPIED: "The history is copied",
  STREAM_STARTED: "A stream handler claims the step",
  STREAM_FINISHED: "The model has finished",
  STREAM_FAILED: "The model call has failed",
  LEASE_EXPIRED: "The stream handler died, or is silent",
  ENQUEUE_FAILED: "What should run cannot be scheduled",
  RETRY_DUE: "The wait is over",
  TOOLS_SETTLED: "The last tool call has an outcome",
  STREAM_CONTINUED: "The last tool call has an outcome, and its handler goes on",
  STOP: "A user stops the turn",
  TIME_UP: "The turn has used up its time",
  GIVE_UP: "Recovery failed, again and again",
  DELETE: "The thread is deleted",
  PURGED: "All that it owned is deleted",
  START: "The step that asked for the call is committed",
  TAKEN: "The stream handler runs the call itself",
  REJECT: "The call cannot be run",
  APPROVE: "A person approves the call",
  DENY: "A person denies the call",
  RUN_BEGAN: "The handler begins",
  NOT_BEGUN: "The handler never began",
  HANDLER_RETURNED: "The handler has returned",
  HANDLER_FAILED: "The handler has thrown",
  EXECUTOR_DIED: "The handler's action died",
  RESULT_GIVEN: "Somebody answers with a result",
  ERROR_GIVEN: "Somebody answers with an error",
  DEADLINE_MOVED: "The deadline is moved",
  DEADLINE_PASSED: "The time is over",
  CANCEL: "The thread does not want the call any more",
};
