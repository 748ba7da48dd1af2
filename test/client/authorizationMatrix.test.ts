import { agentErrorData } from "convex-durable-agents";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authorization } from "../support/app/agent.js";
import { calls, ends, setScript } from "../support/app/model.js";
import { clerk, clerkApi, namedModules, refusedFiles, scribeApi } from "../support/app/named.js";
import { sideEffects } from "../support/app/tools.js";
import { endpoints, onCall, onOwn, onThread, type Ids } from "../support/endpoints.js";
import { setup, type App } from "../support/harness.js";
import { everything } from "../support/inspect.js";

const all = { ...endpoints, ...onOwn };

/** The endpoints' own list of what they are, and of the arguments that each takes: a new one cannot be forgotten here. */
const names = Object.keys(clerk) as (keyof typeof clerk)[];
const argsOf = (name: keyof typeof clerk): string[] => {
  const endpoint = clerk[name] as unknown as { exportArgs(): string };
  return Object.keys((JSON.parse(endpoint.exportArgs()) as { value: object }).value);
};

/** The calls of an endpoint in the tables, by their names. */
const callsOf = (name: string): string[] => Object.keys(all).filter((call) => call.split(" ")[0] === name);

/** What an endpoint answers, or the code of its error, where there is no thread. */
const ABSENT: Record<string, unknown> = {
  getThread: null,
  getUsage: null,
  explainThread: null,
  listMessages: [],
  listTurns: { turns: [], cursor: null },
  listTransitions: { transitions: [], cursor: null },
  "listMessagesWithStreams for messages": { messages: [], cursor: null },
  "listMessagesWithStreams for new messages": {},
  "listMessagesWithStreams for deltas": {},
  "listMessagesWithStreams for a tool call": {},
  listThreads: [],
  paginateThreads: { page: [], isDone: true, continueCursor: "threads:0:0" },
};
const absent = (call: string): unknown =>
  call in ABSENT
    ? ABSENT[call]
    : {
        code:
          call.includes("ToolCall") || call.includes("addTool") ? "tool_call_not_found" : "thread_not_found",
      };

const NOT_AUTHENTICATED = { code: "not_authenticated" };

const deny = () => {
  throw new Error("Access denied");
};

const as = ({ t }: App, subject: string) => t.withIdentity({ subject });

/** A thread of somebody's with an async call that waits, and the id of its first message. */
async function waitForPerson(app: App, subject: string, toolCallId: string) {
  setScript([[...calls("ask", { question: "Really?" }, toolCallId), ...ends("tool-calls")]]);
  const { length } = sideEffects;
  const threadId = await as(app, subject).mutation(clerkApi.createThread, { prompt: "Ask", key: toolCallId });
  await app.until(() => sideEffects.length > length);
  await app.advance(1_000);
  const [message] = await as(app, subject).query(clerkApi.listMessages, { threadId });
  return { threadId, toolCallId, messageId: message!.id };
}

/** Anna's thread with all that she might be asked for, and the others that a caller could name by mistake or on purpose. */
async function scene() {
  const app = setup({ modules: namedModules });
  const gone = await as(app, "anna").mutation(clerkApi.createThread, {});
  await as(app, "anna").mutation(clerkApi.deleteThread, { threadId: gone });
  await app.advance(10_000);
  const mine = await waitForPerson(app, "anna", "mine");
  const foreign = await waitForPerson(app, "bert", "foreign");
  const deleted = await waitForPerson(app, "anna", "deleted");
  await as(app, "anna").mutation(clerkApi.deleteThread, { threadId: deleted.threadId });
  const storageId = await app.t.run((ctx) => ctx.storage.store(new Blob(["secret"])));
  refusedFiles.clear();
  refusedFiles.add(storageId);
  return { app, gone, mine, foreign, deleted, storageId };
}
type Scene = Awaited<ReturnType<typeof scene>>;

interface Case {
  /** Default: Anna, whose thread it is. */
  caller?: (app: App) => Pick<App, "query" | "mutation">;
  /** Default: the agent that the thread was created with. */
  agent?: typeof scribeApi;
  given: (scene: Scene) => Ids;
  /** The endpoints that it is a case for have one of these arguments. */
  takes: string[];
  /** What a call of such an endpoint is answered: a value, `{ code }` or an error's message. Undefined: anything. */
  expected: (call: string) => unknown;
}

/** A thread, or a call by its id alone; and what lists take. */
const THREAD = ["threadId", "toolCallId"];
const LISTS = ["status"];

const cases: Record<string, Case> = {
  "the callback refuses": {
    given: ({ mine }) => ({ ...mine, key: mine.toolCallId }),
    takes: [...THREAD, "key"],
    expected: (call) => (call in onCall ? { code: "tool_call_not_found" } : "Access denied"),
  },
  "another owner": {
    caller: (app) => as(app, "bert"),
    given: ({ mine }) => mine,
    takes: THREAD,
    expected: absent,
  },
  nobody: {
    caller: ({ t }) => t,
    given: ({ mine }) => mine,
    takes: [...THREAD, ...LISTS, "key"],
    expected: absent,
  },
  "another agent's name": {
    agent: scribeApi,
    given: ({ mine }) => mine,
    takes: [...THREAD, ...LISTS],
    expected: absent,
  },
  "an unknown id": {
    given: ({ gone }) => ({ threadId: gone, toolCallId: "unknown" }),
    takes: THREAD,
    expected: absent,
  },
  "a malformed id": {
    given: () => ({ threadId: "no id", toolCallId: "" }),
    takes: THREAD,
    expected: absent,
  },
  "a deleted thread": { given: ({ deleted }) => deleted, takes: THREAD, expected: absent },
  "a foreign call": {
    given: ({ mine, foreign }) => ({ ...mine, toolCallId: foreign.toolCallId }),
    takes: ["toolCallId"],
    expected: () => ({ code: "tool_call_not_found" }),
  },
  "a foreign message": {
    given: ({ mine, foreign }) => ({ ...mine, messageId: foreign.messageId }),
    takes: ["messageId", "before"],
    expected: () => ({ code: "message_not_found" }),
  },
  "a foreign cursor": {
    given: ({ mine }) => ({ ...mine, cursor: "deltas:1" }),
    takes: ["cursor", "paginationOpts"],
    // What is new is asked for by cursors of its own.
    expected: (call) => (/ for (new|deltas|a tool)/.test(call) ? undefined : { code: "invalid_cursor" }),
  },
  "a foreign file": {
    given: ({ mine, storageId }) => ({ ...mine, files: [{ mediaType: "text/plain", storageId }] }),
    takes: ["files"],
    expected: () => ({ code: "file_not_found" }),
  },
};

/** An answer: the value, the code of an error, or the message of one of the app's own. */
const answerOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => {
    const data = agentErrorData(error);
    return data ? { code: data.code } : (error as Error).message;
  });

test.each(names)("%s keeps its bounds", async (name) => {
  const args = argsOf(name);
  const made = await scene();
  const { app, mine } = made;
  const seen = async () => [
    await as(app, "anna").query(clerkApi.getThread, { threadId: mine.threadId, inspect: true }),
    await as(app, "anna").query(clerkApi.listMessages, { threadId: mine.threadId }),
  ];
  const before = [await everything(app), await seen()];
  expect(callsOf(name)).not.toEqual([]);
  let tried = 0;
  for (const [what, { caller, agent = clerkApi, given, takes, expected }] of Object.entries(cases)) {
    if (!args.some((arg) => takes.includes(arg))) continue;
    authorization.callback = what === "the callback refuses" ? () => deny() : undefined;
    for (const call of callsOf(name)) {
      const ask = all[call]!(caller?.(app) ?? as(app, "anna"), agent, given(made));
      const answer = await answerOf(ask);
      const expectation = call === "createThread" && what === "nobody" ? NOT_AUTHENTICATED : expected(call);
      if (expectation !== undefined) expect([what, call, answer]).toEqual([what, call, expectation]);
      tried += 1;
    }
  }
  authorization.callback = undefined;
  expect(tried).toBeGreaterThan(0);
  expect([await everything(app), await seen()]).toEqual(before);
});

describe("whatever the caller makes up", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 });

  test("an id is answered as one that is not there", async () => {
    const { app } = await scene();
    const anna = as(app, "anna");
    const before = await everything(app);
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...Object.keys(onThread)), async (threadId, call) => {
        const answer = await answerOf(onThread[call]!(anna, clerkApi, { threadId, toolCallId: "mine" }));
        expect(answer).toEqual(absent(call));
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...Object.keys(onCall)), async (made, call) => {
        const toolCallId = `${made}?`;
        const answer = await answerOf(onCall[call]!(anna, clerkApi, { threadId: "", toolCallId }));
        expect(answer).toEqual({ code: "tool_call_not_found" });
      }),
      { numRuns: 50 },
    );
    expect(await everything(app)).toEqual(before);
  });

  test("a cursor is invalid", async () => {
    const { app, mine } = await scene();
    const paged = names.filter((name) =>
      argsOf(name).some((arg) => cases["a foreign cursor"]!.takes.includes(arg)),
    );
    const lists = paged.map((name) => callsOf(name)[0]!);
    expect(lists).toHaveLength(4);
    const part = fc.oneof(
      text,
      fc.constantFrom("threads", "turns", "messages", "transitions", "1e3", "-", "NaN"),
    );
    const cursors = fc.array(part, { maxLength: 4 }).map((parts) => `${parts.join(":")}:x`);
    await fc.assert(
      fc.asyncProperty(cursors, fc.constantFrom(...lists), async (cursor, call) => {
        const answer = await answerOf(all[call]!(as(app, "anna"), clerkApi, { ...mine, cursor }));
        expect(answer).toEqual({ code: "invalid_cursor" });
      }),
      { numRuns: 100 },
    );
  });

  test("a key has 1 to 256 characters, and names one thread or message", async () => {
    const { app, mine } = await scene();
    const anna = as(app, "anna");
    const keys = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ minLength: 250, maxLength: 260 }));
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        const isValid = key.length >= 1 && key.length <= 256;
        const create = () => answerOf(anna.mutation(clerkApi.createThread, { key }));
        const send = () =>
          answerOf(anna.mutation(clerkApi.sendMessage, { threadId: mine.threadId, prompt: "Hi", key }));
        for (const write of [create, send]) {
          const first = await write();
          expect(isValid ? typeof first : first).toEqual(isValid ? "string" : { code: "invalid_key" });
          expect(await write()).toEqual(first);
        }
      }),
      { numRuns: 30 },
    );
  });
});
