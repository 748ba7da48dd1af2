import { ThreadInspector, ThreadsOverview } from "convex-durable-agents/devtools";
import { ConvexProvider, type ConvexReactClient } from "convex/react";
import { getFunctionName, type FunctionReference } from "convex/server";
import { createRoot } from "react-dom/client";
import { ANSWERS, api, EXPLANATION, THREAD } from "../../react/support/inspected.js";

const call = { attempt: 1, maxAttempts: 3 };
const answers: Record<string, unknown> = {
  ...ANSWERS,
  explainThread: {
    ...EXPLANATION,
    waitsUntil: 3_600_000,
    limits: [{ limit: "maxTurnTokens", max: 4_000, used: 3_295, left: 705 }],
    pendingCalls: {
      calls: [
        { ...call, toolCallId: "call_1", toolName: "book_table", state: "awaitingApproval" },
        { ...call, toolCallId: "call_2", toolName: "ask_person", state: "awaitingResult" },
      ],
      count: 2,
      more: false,
    },
  },
};

/** Queries that are answered at once, and always the same. */
const client = {
  watchQuery: (query: FunctionReference<"query">, args: { status?: string }) => ({
    onUpdate: () => () => {},
    journal: () => undefined,
    localQueryResult: () => answers[getFunctionName(query).split(":")[1]!] ?? listThreads(args.status),
  }),
} as unknown as ConvexReactClient;

const error = { code: "overloaded", message: "The provider is overloaded." };
const lists: Record<string, object[]> = {
  awaiting_tool_results: [THREAD],
  failed: [{ ...THREAD, _id: "f", status: "failed", title: "A refund", error }],
};
const noThreads: object[] = [];
const listThreads = (status = "") => lists[status] ?? noThreads;

const { theme = "light", view = "simple", shown } = document.body.dataset;
const colours = { theme: theme as "light" | "dark" };
createRoot(document.getElementById("root")!).render(
  <ConvexProvider client={client}>
    {shown === "overview" ? (
      <ThreadsOverview api={api} onSelect={() => {}} {...colours} />
    ) : (
      <ThreadInspector api={api} threadId="t" defaultView={view as "simple" | "full"} {...colours} />
    )}
  </ConvexProvider>,
);
