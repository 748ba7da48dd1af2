import {
  defineAgentApi,
  defineInternalAgentApi,
  vStatusChange,
  type AgentApiOptions,
  type ComponentApi,
  type Cursor,
  type Explanation,
  type MessageDoc,
  type MessagesWithStreams,
  type StreamUpdate,
  type StatusChange,
  type StreamHandler,
  type ThreadDoc,
  type ThreadStatus,
  type ThreadUsage,
  type TransitionPage,
  type TurnPage,
} from "convex-durable-agents";
import type { UIMessage } from "ai";
import {
  internalMutationGeneric,
  type ApiFromModules,
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
} from "convex/server";
import type { PaginatedQueryReference } from "convex/react";
import { expectTypeOf, test } from "vitest";

declare const component: ComponentApi;
declare const streamHandler: StreamHandler;

const _publicApi = defineAgentApi(component, streamHandler);
const _internalApi = defineInternalAgentApi(component, streamHandler);
type Api = ApiFromModules<{ agent: typeof _publicApi }>["agent"];
type InternalApi = ApiFromModules<{ agent: typeof _internalApi }>["agent"];

test("the functions are public or internal, by the function that defines them", () => {
  expectTypeOf<keyof Api>().toEqualTypeOf<
    | "createThread"
    | "sendMessage"
    | "resumeThread"
    | "stopThread"
    | "withdrawMessage"
    | "addMessage"
    | "regenerate"
    | "editMessage"
    | "forkThread"
    | "deleteThread"
    | "getThread"
    | "listThreads"
    | "paginateThreads"
    | "updateThread"
    | "listMessages"
    | "listMessagesWithStreams"
    | "addToolResult"
    | "addToolError"
    | "approveToolCall"
    | "denyToolCall"
    | "moveToolCallDeadline"
    | "getUsage"
    | "listTurns"
    | "listTransitions"
    | "explainThread"
  >();
  expectTypeOf<keyof InternalApi>().toEqualTypeOf<keyof Api>();
  expectTypeOf<Api["sendMessage"]>().toExtend<FunctionReference<"mutation", "public">>();
  expectTypeOf<InternalApi["sendMessage"]>().toExtend<FunctionReference<"mutation", "internal">>();
  expectTypeOf<Api["getThread"]>().toExtend<FunctionReference<"query", "public">>();
  expectTypeOf<InternalApi["getThread"]>().toExtend<FunctionReference<"query", "internal">>();
});

test("the mutations take what the documentation says", () => {
  expectTypeOf<{ prompt?: string; key?: string }>().toExtend<FunctionArgs<Api["createThread"]>>();
  expectTypeOf<{ title: string; metadata: { project: number } }>().toExtend<
    FunctionArgs<Api["createThread"]>
  >();
  expectTypeOf<FunctionArgs<Api["createThread"]>>().not.toHaveProperty("owner");
  expectTypeOf<FunctionArgs<InternalApi["createThread"]>["owner"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<FunctionArgs<Api["updateThread"]>>().toEqualTypeOf<{
    threadId: string;
    title?: string | null;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what an app keeps of a thread is its own
    metadata?: Record<string, any> | null;
    archived?: boolean;
  }>();
  expectTypeOf<{ threadId: string; prompt: string }>().toExtend<FunctionArgs<Api["sendMessage"]>>();
  expectTypeOf<{ threadId: string; prompt: string; whileRunning: "steer" }>().toExtend<
    FunctionArgs<Api["sendMessage"]>
  >();
  expectTypeOf<{ threadId: string; prompt: string; whileRunning: "later" }>().not.toExtend<
    FunctionArgs<Api["sendMessage"]>
  >();
  expectTypeOf<{ threadId: string; prompt?: string }>().toExtend<FunctionArgs<Api["resumeThread"]>>();
  expectTypeOf<FunctionArgs<Api["stopThread"]>>().toEqualTypeOf<{ threadId: string }>();
  expectTypeOf<FunctionArgs<Api["deleteThread"]>>().toEqualTypeOf<{ threadId: string }>();
  expectTypeOf<{ toolCallId: string; result: unknown }>().toExtend<FunctionArgs<Api["addToolResult"]>>();
  expectTypeOf<FunctionArgs<Api["addToolError"]>>().toEqualTypeOf<{
    toolCallId: string;
    error: string;
    threadId?: string;
  }>();
});

test("the mutations return an id or null", () => {
  expectTypeOf<FunctionReturnType<Api["createThread"]>>().toEqualTypeOf<string>();
  expectTypeOf<FunctionReturnType<Api["sendMessage"]>>().toEqualTypeOf<string>();
  expectTypeOf<FunctionReturnType<Api["addToolResult"]>>().toEqualTypeOf<null>();
});

test("the queries return documents", () => {
  expectTypeOf<FunctionReturnType<Api["getThread"]>>().toEqualTypeOf<ThreadDoc | null>();
  expectTypeOf<FunctionReturnType<Api["listThreads"]>>().toEqualTypeOf<ThreadDoc[]>();
  expectTypeOf<Api["paginateThreads"]>().toExtend<PaginatedQueryReference>();
  expectTypeOf<FunctionReturnType<Api["paginateThreads"]>["page"]>().toEqualTypeOf<ThreadDoc[]>();
  expectTypeOf<FunctionReturnType<Api["listMessages"]>>().toEqualTypeOf<MessageDoc[]>();
  expectTypeOf<FunctionReturnType<Api["listMessagesWithStreams"]>>().toEqualTypeOf<MessagesWithStreams>();
});

test("a thread has one of five statuses, and a message is a UIMessage", () => {
  expectTypeOf<ThreadDoc["status"]>().toEqualTypeOf<ThreadStatus>();
  expectTypeOf<ThreadStatus>().toEqualTypeOf<
    "streaming" | "awaiting_tool_results" | "completed" | "failed" | "stopped"
  >();
  expectTypeOf<MessageDoc>().toExtend<UIMessage>();
});

test("streams are asked for by kind", () => {
  type Args = FunctionArgs<Api["listMessagesWithStreams"]>;
  expectTypeOf<{ threadId: string }>().toExtend<Args>();
  expectTypeOf<{ threadId: string; cursor: Cursor; limit: number }>().toExtend<Args>();
  expectTypeOf<{ threadId: string; streamArgs: { kind: "messages"; after: number } }>().toExtend<Args>();
  expectTypeOf<{ threadId: string; streamArgs: { kind: "deltas" } }>().toExtend<Args>();
  expectTypeOf<{
    threadId: string;
    streamArgs: { kind: "deltas"; cursor: { streamId: string; seq: number } };
  }>().toExtend<Args>();
  expectTypeOf<{ threadId: string; streamArgs: { kind: "messages" } }>().not.toExtend<Args>();
});

test("each field of an answer tells the kinds of answers apart", () => {
  const answer = {} as MessagesWithStreams;
  if (answer.cursor !== undefined) {
    expectTypeOf(answer.messages).toEqualTypeOf<MessageDoc[]>();
    expectTypeOf(answer.cursor).toEqualTypeOf<Cursor | null>();
  } else if (answer.messages) {
    expectTypeOf(answer.stream).toEqualTypeOf<undefined>();
  } else if (answer.stream) {
    expectTypeOf(answer.stream).toEqualTypeOf<StreamUpdate>();
    expectTypeOf(answer.toolCall).toEqualTypeOf<undefined>();
  } else {
    expectTypeOf(answer.toolCall).toEqualTypeOf<Record<string, unknown> | undefined>();
  }
  expectTypeOf<{ messages: MessageDoc[]; stream: StreamUpdate }>().not.toExtend<MessagesWithStreams>();
});

test("the queries about a thread's past have types of their own", () => {
  expectTypeOf<FunctionReturnType<Api["getUsage"]>>().toEqualTypeOf<ThreadUsage | null>();
  expectTypeOf<FunctionReturnType<Api["listTurns"]>>().toEqualTypeOf<TurnPage>();
  expectTypeOf<FunctionReturnType<Api["listTransitions"]>>().toEqualTypeOf<TransitionPage>();
  expectTypeOf<FunctionReturnType<Api["explainThread"]>>().toEqualTypeOf<Explanation | null>();
});

test("the mutation that is called on changes of status takes vStatusChange", () => {
  const _statusChanged = internalMutationGeneric({
    args: vStatusChange,
    handler: (_ctx, change) => {
      expectTypeOf(change).toEqualTypeOf<StatusChange>();
      return null;
    },
  });
  const references = {} as ApiFromModules<{ statusChanged: { statusChanged: typeof _statusChanged } }>;
  defineAgentApi(component, streamHandler, { onStatusChange: references.statusChanged.statusChanged });
  const other = {} as FunctionReference<"mutation", "internal", { city: string }>;
  // @ts-expect-error it takes something else
  defineAgentApi(component, streamHandler, { onStatusChange: other });
});

test("the authorization callback may be sync or async and sees who calls", () => {
  const options: AgentApiOptions = {
    authorizationCallback: async (ctx, threadId) => {
      expectTypeOf(threadId).toEqualTypeOf<string>();
      await ctx.auth.getUserIdentity();
    },
    limits: { maxSteps: 10 },
  };
  defineAgentApi(component, streamHandler, options);
  defineAgentApi(component, streamHandler, { authorizationCallback: () => {} });
  // @ts-expect-error a bound is a number
  defineAgentApi(component, streamHandler, { limits: { maxSteps: "10" } });
});

test("a file is authorized at once or later, by a mutation's context", () => {
  defineAgentApi(component, streamHandler, {
    name: "clerk",
    authorizeFile: async (ctx, storageId) => {
      expectTypeOf(storageId).toEqualTypeOf<string>();
      return (await ctx.auth.getUserIdentity()) !== null;
    },
  });
  defineAgentApi(component, streamHandler, { authorizeFile: () => false });
  // @ts-expect-error an answer is needed
  defineAgentApi(component, streamHandler, { authorizeFile: () => {} });
});

test("the owner is a string, or null for a caller without an identity, at once or later", () => {
  const owner: AgentApiOptions["owner"] = async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null;
  defineAgentApi(component, streamHandler, { owner });
  defineAgentApi(component, streamHandler, { owner: () => "everybody" });
  // @ts-expect-error nobody is null
  defineAgentApi(component, streamHandler, { owner: () => undefined });
});

test("the stream handler is an action that takes a thread and a generation", () => {
  const other = {} as FunctionReference<"action", "internal", { city: string }>;
  // @ts-expect-error it takes something else
  defineAgentApi(component, other);
});
