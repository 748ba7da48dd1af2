/* eslint-disable */
/**
 * Generated `ComponentApi` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type { FunctionReference } from "convex/server";

/**
 * A utility for referencing a Convex component's exposed API.
 *
 * Useful when expecting a parameter like `components.myComponent`.
 * Usage:
 * ```ts
 * async function myFunction(ctx: QueryCtx, component: ComponentApi) {
 *   return ctx.runQuery(component.someFile.someQuery, { ...args });
 * }
 * ```
 */
export type ComponentApi<Name extends string | undefined = string | undefined> =
  {
    answers: {
      addError: FunctionReference<
        "mutation",
        "internal",
        {
          toolCallId: string;
          threadId: string;
          owner?: string | null;
          agentName?: string;
          error: string;
        },
        null,
        Name
      >;
      addResult: FunctionReference<
        "mutation",
        "internal",
        {
          toolCallId: string;
          threadId: string;
          owner?: string | null;
          agentName?: string;
          result: any;
        },
        null,
        Name
      >;
      approve: FunctionReference<
        "mutation",
        "internal",
        {
          toolCallId: string;
          threadId: string;
          owner?: string | null;
          agentName?: string;
          input?: any;
        },
        null,
        Name
      >;
      deny: FunctionReference<
        "mutation",
        "internal",
        {
          toolCallId: string;
          threadId: string;
          owner?: string | null;
          agentName?: string;
          reason?: string;
        },
        null,
        Name
      >;
      moveDeadline: FunctionReference<
        "mutation",
        "internal",
        {
          toolCallId: string;
          threadId: string;
          owner?: string | null;
          agentName?: string;
          ms: number | null;
        },
        null,
        Name
      >;
    };
    edits: {
      edit: FunctionReference<
        "mutation",
        "internal",
        {
          agent: {
            streamHandle: string;
            streamName?: string;
            pools: { stream?: string; tools?: string };
            statusHandle?: string;
            keepTransitions?: number;
            sharesThreads?: true;
          };
          limits?: {
            maxAttempts: number;
            maxSteps: number;
            maxTurnMs?: number | null;
            maxTurnTokens?: number | null;
            maxTurnCost?: number | null;
            maxThreadMs?: number | null;
            maxThreadTokens?: number | null;
            maxThreadCost?: number | null;
          };
          prompt?: string;
          files?: Array<{
            mediaType: string;
            filename?: string;
            url?: string;
            storageId?: string;
          }>;
          data?: Array<{ type: string; id?: string; data: any }>;
          sender?: string;
          metadata?: Record<string, any>;
          threadId: string;
          owner?: string | null;
          agentName?: string;
          messageId: string;
        },
        string,
        Name
      >;
      fork: FunctionReference<
        "mutation",
        "internal",
        {
          agent: {
            streamHandle: string;
            streamName?: string;
            pools: { stream?: string; tools?: string };
            statusHandle?: string;
            keepTransitions?: number;
            sharesThreads?: true;
          };
          limits?: {
            maxAttempts: number;
            maxSteps: number;
            maxTurnMs?: number | null;
            maxTurnTokens?: number | null;
            maxTurnCost?: number | null;
            maxThreadMs?: number | null;
            maxThreadTokens?: number | null;
            maxThreadCost?: number | null;
          };
          threadId: string;
          owner?: string | null;
          agentName?: string;
          messageId?: string;
        },
        string,
        Name
      >;
      regenerate: FunctionReference<
        "mutation",
        "internal",
        {
          agent: {
            streamHandle: string;
            streamName?: string;
            pools: { stream?: string; tools?: string };
            statusHandle?: string;
            keepTransitions?: number;
            sharesThreads?: true;
          };
          limits?: {
            maxAttempts: number;
            maxSteps: number;
            maxTurnMs?: number | null;
            maxTurnTokens?: number | null;
            maxTurnCost?: number | null;
            maxThreadMs?: number | null;
            maxThreadTokens?: number | null;
            maxThreadCost?: number | null;
          };
          threadId: string;
          owner?: string | null;
          agentName?: string;
          messageId?: string;
        },
        null,
        Name
      >;
    };
    inlineCalls: {
      report: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          generation: number;
          lease: string;
          place: { turn: number; step: number };
          outcomes: Array<{
            index: number;
            epoch: number;
            outcome:
              | { output: any; file?: string }
              | { error: { code: string; message: string }; retryable: boolean }
              | { unknown: "died" | "notBegun" };
            options?: {
              handler?: string;
              backoff?: {
                initialMs: number;
                factor: number;
                maxMs: number;
                jitter?: boolean;
              };
              classify?: string;
              argsSchema?: string;
              nameForHandler?: string;
              identity?: boolean;
              caller?: { owner?: string; sender?: string };
              storeLargeResults?: boolean;
              keepInForks?: boolean;
              ownAction?: boolean;
            };
          }>;
          calls: number;
          known: Array<number>;
          goesOn: boolean;
          again: boolean;
        },
        {
          kept: Array<number>;
          taken: Array<number>;
          next: {
            generation: number;
            settled: Array<{
              index: number;
              toolCall: {
                toolCallId: string;
                toolName: string;
                turn: number;
                step: number;
                status:
                  "pending" | "completed" | "failed" | "denied" | "cancelled";
                input: any;
                output?: any;
                errorText?: string;
                progress?: any;
                data?: Array<{
                  type: string;
                  id: string;
                  data: any;
                  n: number;
                  transient?: true;
                }>;
                approval?: "requested" | "approved" | "denied";
                deadlineAt?: number;
              };
            }>;
            messages: Array<{
              id: string;
              creationTime: number;
              role: "system" | "user" | "assistant";
              parts: Array<any>;
              turn: number;
              step: number;
              sender?: string;
              metadata?: Record<string, any>;
              partial?: boolean;
              finishReason?: string;
              usage?: {
                inputTokens?: number;
                outputTokens?: number;
                totalTokens?: number;
                reasoningTokens?: number;
                cachedInputTokens?: number;
                cacheWriteTokens?: number;
                model?: string;
                provider?: string;
                cost?: number;
              };
              streamed?: { streamId: string; lengths: Array<number> };
              providerMetadata?: any;
              output?: any;
            }>;
          } | null;
        },
        Name
      >;
    };
    insight: {
      explain: FunctionReference<
        "query",
        "internal",
        { threadId: string; owner?: string | null; agentName?: string },
        {
          at: number;
          status:
            | "streaming"
            | "awaiting_tool_results"
            | "completed"
            | "failed"
            | "stopped";
          state: string;
          waitsFor: string | null;
          waitsUntil: number | null;
          due: {
            watchdog?: number;
            retry?: number;
            turnTimer?: number;
            toolDeadline?: number;
          };
          pendingCalls: {
            calls: Array<{
              toolCallId: string;
              toolName: string;
              state: string;
              attempt: number;
              maxAttempts: number;
              approval?: "requested" | "approved";
              deadlineAt?: number;
            }>;
            count: number;
            more: boolean;
          };
          events: Array<string>;
          generation: number;
          turn: number;
          steps: number;
          attempt: number;
          maxAttempts: number;
          queued: number;
          steered: number;
          stopped?: {
            reason:
              | "user"
              | "maxSteps"
              | "maxTurnMs"
              | "maxTurnTokens"
              | "maxTurnCost"
              | "maxThreadMs"
              | "maxThreadTokens"
              | "maxThreadCost";
            limit?: number;
          };
          error?: { code: string; message: string };
          limits: Array<{
            limit:
              | "maxSteps"
              | "maxTurnTokens"
              | "maxTurnCost"
              | "maxTurnMs"
              | "maxThreadTokens"
              | "maxThreadCost"
              | "maxThreadMs";
            max: number;
            used: number;
            left: number;
          }>;
          transitions: Array<{
            seq: number;
            event: string;
            from: string;
            to: string;
            generation: number;
            at: number;
            sender?: string;
            details?: {
              toolCalls?: number;
              tokens?: {
                input?: number;
                output?: number;
                reasoning?: number;
                cached?: number;
                cacheWrite?: number;
                total?: number;
              };
              cost?: number;
              error?: { code: string; message: string };
              retryable?: boolean;
              retryAfterMs?: number;
              budget?: "maxTurnMs" | "maxThreadMs";
              turn?: number;
              step?: number;
            };
            snapshot?: {
              version?: number;
              state:
                | "idle"
                | "completed"
                | "failed"
                | "stopped"
                | "queued"
                | "streaming"
                | "backoff"
                | "tools"
                | "truncating"
                | "copying"
                | "stopping"
                | "deleting"
                | "deleted";
              context?: {
                generation?: number;
                turn?: number;
                revision?: number;
                lease?: string | null;
                attempt?: number;
                steps?: number;
                calls?: number;
                queued?: number;
                steered?: number;
                startedAt?: number;
                tokens?: {
                  input?: number;
                  output?: number;
                  reasoning?: number;
                  cached?: number;
                  cacheWrite?: number;
                  total?: number;
                };
                cost?: number;
                threadTokens?: number;
                threadCost?: number;
                threadMs?: number;
                stopReason?:
                  | "user"
                  | "maxSteps"
                  | "maxTurnMs"
                  | "maxTurnTokens"
                  | "maxTurnCost"
                  | "maxThreadMs"
                  | "maxThreadTokens"
                  | "maxThreadCost"
                  | null;
                error?: { code: string; message: string } | null;
                maxAttempts?: number;
                maxSteps?: number;
                maxTurnMs?: number | null;
                maxTurnTokens?: number | null;
                maxTurnCost?: number | null;
                maxThreadMs?: number | null;
                maxThreadTokens?: number | null;
                maxThreadCost?: number | null;
              };
            };
          }>;
        } | null,
        Name
      >;
      listTransitions: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          cursor?: number;
          limit?: number;
        },
        {
          transitions: Array<{
            seq: number;
            event: string;
            from: string;
            to: string;
            generation: number;
            at: number;
            sender?: string;
            details?: {
              toolCalls?: number;
              tokens?: {
                input?: number;
                output?: number;
                reasoning?: number;
                cached?: number;
                cacheWrite?: number;
                total?: number;
              };
              cost?: number;
              error?: { code: string; message: string };
              retryable?: boolean;
              retryAfterMs?: number;
              budget?: "maxTurnMs" | "maxThreadMs";
              turn?: number;
              step?: number;
            };
            snapshot?: {
              version?: number;
              state:
                | "idle"
                | "completed"
                | "failed"
                | "stopped"
                | "queued"
                | "streaming"
                | "backoff"
                | "tools"
                | "truncating"
                | "copying"
                | "stopping"
                | "deleting"
                | "deleted";
              context?: {
                generation?: number;
                turn?: number;
                revision?: number;
                lease?: string | null;
                attempt?: number;
                steps?: number;
                calls?: number;
                queued?: number;
                steered?: number;
                startedAt?: number;
                tokens?: {
                  input?: number;
                  output?: number;
                  reasoning?: number;
                  cached?: number;
                  cacheWrite?: number;
                  total?: number;
                };
                cost?: number;
                threadTokens?: number;
                threadCost?: number;
                threadMs?: number;
                stopReason?:
                  | "user"
                  | "maxSteps"
                  | "maxTurnMs"
                  | "maxTurnTokens"
                  | "maxTurnCost"
                  | "maxThreadMs"
                  | "maxThreadTokens"
                  | "maxThreadCost"
                  | null;
                error?: { code: string; message: string } | null;
                maxAttempts?: number;
                maxSteps?: number;
                maxTurnMs?: number | null;
                maxTurnTokens?: number | null;
                maxTurnCost?: number | null;
                maxThreadMs?: number | null;
                maxThreadTokens?: number | null;
                maxThreadCost?: number | null;
              };
            };
          }>;
          cursor: number | null;
        },
        Name
      >;
      listTurns: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          cursor?: number;
          limit?: number;
        },
        {
          turns: Array<{
            turn: number;
            steps: number;
            tokens: {
              input: number;
              output: number;
              reasoning: number;
              cached: number;
              cacheWrite: number;
              total: number;
            };
            cost: number;
            sender?: string;
            startedAt: number;
            endedAt?: number;
            outcome?:
              | "completed"
              | "failed"
              | "stopped"
              | "interrupted"
              | "rewound"
              | "deleted";
            stopReason?:
              | "user"
              | "maxSteps"
              | "maxTurnMs"
              | "maxTurnTokens"
              | "maxTurnCost"
              | "maxThreadMs"
              | "maxThreadTokens"
              | "maxThreadCost";
            error?: { code: string; message: string };
            attempts: number;
          }>;
          cursor: number | null;
        },
        Name
      >;
      usage: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          turn?: number;
        },
        {
          turn: {
            turn: number;
            steps: number;
            tokens: {
              input: number;
              output: number;
              reasoning: number;
              cached: number;
              cacheWrite: number;
              total: number;
            };
            cost: number;
            sender?: string;
            startedAt: number;
            endedAt?: number;
            outcome?:
              | "completed"
              | "failed"
              | "stopped"
              | "interrupted"
              | "rewound"
              | "deleted";
            stopReason?:
              | "user"
              | "maxSteps"
              | "maxTurnMs"
              | "maxTurnTokens"
              | "maxTurnCost"
              | "maxThreadMs"
              | "maxThreadTokens"
              | "maxThreadCost";
            error?: { code: string; message: string };
            attempts: number;
          } | null;
          thread: {
            tokens: {
              input: number;
              output: number;
              reasoning: number;
              cached: number;
              cacheWrite: number;
              total: number;
            };
            cost: number;
          };
        } | null,
        Name
      >;
    };
    lifecycle: {
      create: FunctionReference<
        "mutation",
        "internal",
        {
          agent: {
            streamHandle: string;
            streamName?: string;
            pools: { stream?: string; tools?: string };
            statusHandle?: string;
            keepTransitions?: number;
            sharesThreads?: true;
          };
          limits?: {
            maxAttempts: number;
            maxSteps: number;
            maxTurnMs?: number | null;
            maxTurnTokens?: number | null;
            maxTurnCost?: number | null;
            maxThreadMs?: number | null;
            maxThreadTokens?: number | null;
            maxThreadCost?: number | null;
          };
          prompt?: string;
          files?: Array<{
            mediaType: string;
            filename?: string;
            url?: string;
            storageId?: string;
          }>;
          data?: Array<{ type: string; id?: string; data: any }>;
          messages?: Array<{
            role: "user" | "assistant";
            prompt?: string;
            files?: Array<{
              mediaType: string;
              filename?: string;
              url?: string;
              storageId?: string;
            }>;
            data?: Array<{ type: string; id?: string; data: any }>;
          }>;
          key?: string;
          owner?: string | null;
          agentName?: string;
          title?: string;
          metadata?: Record<string, any>;
          sender?: string;
          messageMetadata?: Record<string, any>;
        },
        string,
        Name
      >;
      remove: FunctionReference<
        "mutation",
        "internal",
        { threadId: string; owner?: string | null; agentName?: string },
        null,
        Name
      >;
      resume: FunctionReference<
        "mutation",
        "internal",
        {
          agent: {
            streamHandle: string;
            streamName?: string;
            pools: { stream?: string; tools?: string };
            statusHandle?: string;
            keepTransitions?: number;
            sharesThreads?: true;
          };
          limits?: {
            maxAttempts: number;
            maxSteps: number;
            maxTurnMs?: number | null;
            maxTurnTokens?: number | null;
            maxTurnCost?: number | null;
            maxThreadMs?: number | null;
            maxThreadTokens?: number | null;
            maxThreadCost?: number | null;
          };
          threadId: string;
          owner?: string | null;
          agentName?: string;
          prompt?: string;
          files?: Array<{
            mediaType: string;
            filename?: string;
            url?: string;
            storageId?: string;
          }>;
          data?: Array<{ type: string; id?: string; data: any }>;
          sender?: string;
          metadata?: Record<string, any>;
        },
        null,
        Name
      >;
      stop: FunctionReference<
        "mutation",
        "internal",
        { threadId: string; owner?: string | null; agentName?: string },
        null,
        Name
      >;
    };
    messages: {
      byKey: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          key: string;
        },
        string | null,
        Name
      >;
      history: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          cursor: {
            position: number;
            creationTime: number;
            callIndex: number | null;
          };
          maxMessages?: number;
        },
        {
          entries: Array<
            | {
                kind: "message";
                message: {
                  id: string;
                  creationTime: number;
                  role: "system" | "user" | "assistant";
                  parts: Array<any>;
                  turn: number;
                  step: number;
                  sender?: string;
                  metadata?: Record<string, any>;
                  partial?: boolean;
                  finishReason?: string;
                  usage?: {
                    inputTokens?: number;
                    outputTokens?: number;
                    totalTokens?: number;
                    reasoningTokens?: number;
                    cachedInputTokens?: number;
                    cacheWriteTokens?: number;
                    model?: string;
                    provider?: string;
                    cost?: number;
                  };
                  streamed?: { streamId: string; lengths: Array<number> };
                  providerMetadata?: any;
                  output?: any;
                };
              }
            | {
                kind: "toolCall";
                toolCall: {
                  toolCallId: string;
                  toolName: string;
                  turn: number;
                  step: number;
                  status:
                    "pending" | "completed" | "failed" | "denied" | "cancelled";
                  input: any;
                  output?: any;
                  errorText?: string;
                  progress?: any;
                  data?: Array<{
                    type: string;
                    id: string;
                    data: any;
                    n: number;
                    transient?: true;
                  }>;
                  approval?: "requested" | "approved" | "denied";
                  deadlineAt?: number;
                };
              }
          >;
          cursor: {
            position: number;
            creationTime: number;
            callIndex: number | null;
          } | null;
        },
        Name
      >;
      list: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          cursor?: {
            position: number;
            creationTime: number;
            callIndex: number | null;
          };
          before?: string;
          limit?: number;
        },
        {
          messages: Array<{
            id: string;
            creationTime: number;
            role: "system" | "user" | "assistant";
            parts: Array<any>;
            turn: number;
            step: number;
            sender?: string;
            metadata?: Record<string, any>;
            partial?: boolean;
            finishReason?: string;
            usage?: {
              inputTokens?: number;
              outputTokens?: number;
              totalTokens?: number;
              reasoningTokens?: number;
              cachedInputTokens?: number;
              cacheWriteTokens?: number;
              model?: string;
              provider?: string;
              cost?: number;
            };
            streamed?: { streamId: string; lengths: Array<number> };
            providerMetadata?: any;
            output?: any;
          }>;
          toolCalls: Array<{
            toolCallId: string;
            toolName: string;
            turn: number;
            step: number;
            status: "pending" | "completed" | "failed" | "denied" | "cancelled";
            input: any;
            output?: any;
            errorText?: string;
            progress?: any;
            data?: Array<{
              type: string;
              id: string;
              data: any;
              n: number;
              transient?: true;
            }>;
            approval?: "requested" | "approved" | "denied";
            deadlineAt?: number;
          }>;
          cursor: {
            position: number;
            creationTime: number;
            callIndex: number | null;
          } | null;
        },
        Name
      >;
      tail: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          after: number;
          whole?: boolean;
        },
        {
          messages: Array<{
            id: string;
            creationTime: number;
            role: "system" | "user" | "assistant";
            parts: Array<any>;
            turn: number;
            step: number;
            sender?: string;
            metadata?: Record<string, any>;
            partial?: boolean;
            finishReason?: string;
            usage?: {
              inputTokens?: number;
              outputTokens?: number;
              totalTokens?: number;
              reasoningTokens?: number;
              cachedInputTokens?: number;
              cacheWriteTokens?: number;
              model?: string;
              provider?: string;
              cost?: number;
            };
            streamed?: { streamId: string; lengths: Array<number> };
            providerMetadata?: any;
            output?: any;
          }>;
          toolCalls: Array<{
            toolCallId: string;
            toolName: string;
            turn: number;
            step: number;
            status: "pending" | "completed" | "failed" | "denied" | "cancelled";
            input: any;
            output?: any;
            errorText?: string;
            progress?: any;
            data?: Array<{
              type: string;
              id: string;
              data: any;
              n: number;
              transient?: true;
            }>;
            approval?: "requested" | "approved" | "denied";
            deadlineAt?: number;
          }>;
        },
        Name
      >;
      toolCall: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          turn: number;
          step: number;
          index: number;
        },
        {
          toolCallId: string;
          toolName: string;
          turn: number;
          step: number;
          status: "pending" | "completed" | "failed" | "denied" | "cancelled";
          input: any;
          output?: any;
          errorText?: string;
          progress?: any;
          data?: Array<{
            type: string;
            id: string;
            data: any;
            n: number;
            transient?: true;
          }>;
          approval?: "requested" | "approved" | "denied";
          deadlineAt?: number;
        } | null,
        Name
      >;
    };
    retention: {
      sweep: FunctionReference<
        "mutation",
        "internal",
        {
          archiveBefore?: number;
          deleteBefore?: number;
          statuses: Array<"completed" | "failed" | "stopped">;
        },
        null,
        Name
      >;
    };
    sending: {
      add: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          role: "user" | "assistant";
          prompt?: string;
          files?: Array<{
            mediaType: string;
            filename?: string;
            url?: string;
            storageId?: string;
          }>;
          data?: Array<{ type: string; id?: string; data: any }>;
          sender?: string;
          metadata?: Record<string, any>;
        },
        string,
        Name
      >;
      send: FunctionReference<
        "mutation",
        "internal",
        {
          agent: {
            streamHandle: string;
            streamName?: string;
            pools: { stream?: string; tools?: string };
            statusHandle?: string;
            keepTransitions?: number;
            sharesThreads?: true;
          };
          limits?: {
            maxAttempts: number;
            maxSteps: number;
            maxTurnMs?: number | null;
            maxTurnTokens?: number | null;
            maxTurnCost?: number | null;
            maxThreadMs?: number | null;
            maxThreadTokens?: number | null;
            maxThreadCost?: number | null;
          };
          prompt?: string;
          files?: Array<{
            mediaType: string;
            filename?: string;
            url?: string;
            storageId?: string;
          }>;
          data?: Array<{ type: string; id?: string; data: any }>;
          threadId: string;
          owner?: string | null;
          agentName?: string;
          whileRunning?: "queue" | "steer" | "interrupt" | "reject";
          key?: string;
          sender?: string;
          metadata?: Record<string, any>;
        },
        string,
        Name
      >;
      withdraw: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          messageId: string;
        },
        null,
        Name
      >;
    };
    steps: {
      claim: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          generation: number;
          lease: string;
          maxMessages?: number;
        },
        null | {
          turn: number;
          step: number;
          attempt: number;
          history: {
            entries: Array<
              | {
                  kind: "message";
                  message: {
                    id: string;
                    creationTime: number;
                    role: "system" | "user" | "assistant";
                    parts: Array<any>;
                    turn: number;
                    step: number;
                    sender?: string;
                    metadata?: Record<string, any>;
                    partial?: boolean;
                    finishReason?: string;
                    usage?: {
                      inputTokens?: number;
                      outputTokens?: number;
                      totalTokens?: number;
                      reasoningTokens?: number;
                      cachedInputTokens?: number;
                      cacheWriteTokens?: number;
                      model?: string;
                      provider?: string;
                      cost?: number;
                    };
                    streamed?: { streamId: string; lengths: Array<number> };
                    providerMetadata?: any;
                    output?: any;
                  };
                }
              | {
                  kind: "toolCall";
                  toolCall: {
                    toolCallId: string;
                    toolName: string;
                    turn: number;
                    step: number;
                    status:
                      | "pending"
                      | "completed"
                      | "failed"
                      | "denied"
                      | "cancelled";
                    input: any;
                    output?: any;
                    errorText?: string;
                    progress?: any;
                    data?: Array<{
                      type: string;
                      id: string;
                      data: any;
                      n: number;
                      transient?: true;
                    }>;
                    approval?: "requested" | "approved" | "denied";
                    deadlineAt?: number;
                  };
                }
            >;
            cursor: {
              position: number;
              creationTime: number;
              callIndex: number | null;
            } | null;
          };
          thread: {
            owner?: string;
            agent?: string;
            metadata?: Record<string, any>;
          };
        },
        Name
      >;
      commit: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          generation: number;
          lease: string;
          place?: { turn: number; step: number };
          takesCalls?: boolean;
          parts: Array<any>;
          toolCalls: Array<{
            toolCallId: string;
            toolName: string;
            input: any;
            run:
              | {
                  options: {
                    handler?: string;
                    backoff?: {
                      initialMs: number;
                      factor: number;
                      maxMs: number;
                      jitter?: boolean;
                    };
                    classify?: string;
                    argsSchema?: string;
                    nameForHandler?: string;
                    identity?: boolean;
                    caller?: { owner?: string; sender?: string };
                    storeLargeResults?: boolean;
                    keepInForks?: boolean;
                    ownAction?: boolean;
                  };
                  policy: {
                    kind: "sync" | "async" | "external";
                    maxAttempts: number;
                    retryOnCrash: boolean;
                    needsApproval: boolean;
                    timeoutMs: number | null;
                    approvalTimeoutMs: number | null;
                  };
                }
              | { rejected: { code: string; message: string } };
          }>;
          finishReason?: string;
          usage?: {
            inputTokens?: number;
            outputTokens?: number;
            totalTokens?: number;
            reasoningTokens?: number;
            cachedInputTokens?: number;
            cacheWriteTokens?: number;
            model?: string;
            provider?: string;
            cost?: number;
          };
          providerMetadata?: any;
          output?: any;
          streamed?: { streamId: string; lengths: Array<number> };
          metadata?: Record<string, any>;
        },
        | "continues"
        | "completed"
        | "failed"
        | "stopped"
        | "interrupted"
        | "rewound"
        | "deleted"
        | null
        | { messageId: string; taken: Array<number> },
        Name
      >;
      failed: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          generation: number;
          lease: string;
          error: { code: string; message: string };
          retryable: boolean;
          retryAfterMs: number | null;
        },
        | "continues"
        | "completed"
        | "failed"
        | "stopped"
        | "interrupted"
        | "rewound"
        | "deleted"
        | null,
        Name
      >;
      flush: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          generation: number;
          lease: string;
          streamId?: string;
          seq: number;
          chunks: Array<any>;
          again?: boolean;
        },
        string | null,
        Name
      >;
      heartbeat: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          generation: number;
          lease: string;
          streamId?: string;
        },
        string | null,
        Name
      >;
    };
    streams: {
      update: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          cursor?: { streamId: string; seq: number };
        },
        {
          seq: number;
          chunks: Array<any>;
          stream?: { streamId: string; turn: number; step: number };
        } | null,
        Name
      >;
    };
    threads: {
      byKey: FunctionReference<
        "query",
        "internal",
        { key: string; owner?: string | null; agentName?: string },
        string | null,
        Name
      >;
      get: FunctionReference<
        "query",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          inspect?: boolean;
        },
        {
          _id: string;
          _creationTime: number;
          status:
            | "streaming"
            | "awaiting_tool_results"
            | "completed"
            | "failed"
            | "stopped";
          title?: string;
          metadata?: Record<string, any>;
          archived?: true;
          turn: number;
          revision?: number;
          stopReason?:
            | "user"
            | "maxSteps"
            | "maxTurnMs"
            | "maxTurnTokens"
            | "maxTurnCost"
            | "maxThreadMs"
            | "maxThreadTokens"
            | "maxThreadCost";
          error?: { code: string; message: string };
          snapshot?: {
            value:
              | { settled: "idle" | "completed" | "failed" | "stopped" }
              | { running: "queued" | "streaming" | "backoff" | "tools" }
              | { preparing: "truncating" | "copying" | "stopping" }
              | "deleting"
              | "deleted";
            context: {
              generation: number;
              turn: number;
              revision: number;
              lease: string | null;
              attempt: number;
              steps: number;
              calls: number;
              queued: number;
              steered: number;
              startedAt: number;
              tokens: {
                input: number;
                output: number;
                reasoning: number;
                cached: number;
                cacheWrite: number;
                total: number;
              };
              cost: number;
              threadTokens: number;
              threadCost: number;
              threadMs: number;
              stopReason:
                | "user"
                | "maxSteps"
                | "maxTurnMs"
                | "maxTurnTokens"
                | "maxTurnCost"
                | "maxThreadMs"
                | "maxThreadTokens"
                | "maxThreadCost"
                | null;
              error: { code: string; message: string } | null;
              maxAttempts: number;
              maxSteps: number;
              maxTurnMs: number | null;
              maxTurnTokens: number | null;
              maxTurnCost: number | null;
              maxThreadMs: number | null;
              maxThreadTokens: number | null;
              maxThreadCost: number | null;
            };
          };
          waitsUntil?: number | null;
        } | null,
        Name
      >;
      list: FunctionReference<
        "query",
        "internal",
        {
          owner?: string | null;
          agentName?: string;
          status?:
            | "streaming"
            | "awaiting_tool_results"
            | "completed"
            | "failed"
            | "stopped";
          archived?: boolean;
          limit?: number;
          cursor?: { activeAt: number; creationTime: number } | null;
          endCursor?: { activeAt: number; creationTime: number } | null;
        },
        {
          page: Array<{
            _id: string;
            _creationTime: number;
            status:
              | "streaming"
              | "awaiting_tool_results"
              | "completed"
              | "failed"
              | "stopped";
            title?: string;
            metadata?: Record<string, any>;
            archived?: true;
            turn: number;
            revision?: number;
            stopReason?:
              | "user"
              | "maxSteps"
              | "maxTurnMs"
              | "maxTurnTokens"
              | "maxTurnCost"
              | "maxThreadMs"
              | "maxThreadTokens"
              | "maxThreadCost";
            error?: { code: string; message: string };
            snapshot?: {
              value:
                | { settled: "idle" | "completed" | "failed" | "stopped" }
                | { running: "queued" | "streaming" | "backoff" | "tools" }
                | { preparing: "truncating" | "copying" | "stopping" }
                | "deleting"
                | "deleted";
              context: {
                generation: number;
                turn: number;
                revision: number;
                lease: string | null;
                attempt: number;
                steps: number;
                calls: number;
                queued: number;
                steered: number;
                startedAt: number;
                tokens: {
                  input: number;
                  output: number;
                  reasoning: number;
                  cached: number;
                  cacheWrite: number;
                  total: number;
                };
                cost: number;
                threadTokens: number;
                threadCost: number;
                threadMs: number;
                stopReason:
                  | "user"
                  | "maxSteps"
                  | "maxTurnMs"
                  | "maxTurnTokens"
                  | "maxTurnCost"
                  | "maxThreadMs"
                  | "maxThreadTokens"
                  | "maxThreadCost"
                  | null;
                error: { code: string; message: string } | null;
                maxAttempts: number;
                maxSteps: number;
                maxTurnMs: number | null;
                maxTurnTokens: number | null;
                maxTurnCost: number | null;
                maxThreadMs: number | null;
                maxThreadTokens: number | null;
                maxThreadCost: number | null;
              };
            };
            waitsUntil?: number | null;
          }>;
          isDone: boolean;
          continueCursor: { activeAt: number; creationTime: number };
          splitCursor?: { activeAt: number; creationTime: number };
          pageStatus?: "SplitRequired";
        },
        Name
      >;
      suggestTitle: FunctionReference<
        "mutation",
        "internal",
        { threadId: string; title: string },
        null,
        Name
      >;
      update: FunctionReference<
        "mutation",
        "internal",
        {
          threadId: string;
          owner?: string | null;
          agentName?: string;
          title?: string | null;
          metadata?: Record<string, any> | null;
          archived?: boolean;
        },
        null,
        Name
      >;
    };
    toolCalls: {
      argsSchema: FunctionReference<
        "query",
        "internal",
        {
          toolCallId: string;
          threadId: string;
          owner?: string | null;
          agentName?: string;
        },
        string | null,
        Name
      >;
      isWanted: FunctionReference<
        "query",
        "internal",
        { idempotencyKey: string; attempt: number },
        boolean,
        Name
      >;
      locate: FunctionReference<
        "query",
        "internal",
        {
          toolCallId: string;
          isAwaited: boolean;
          owner?: string | null;
          agentName?: string;
        },
        Array<string>,
        Name
      >;
      noteProgress: FunctionReference<
        "mutation",
        "internal",
        { idempotencyKey: string; attempt: number; data: any },
        boolean,
        Name
      >;
      writeData: FunctionReference<
        "mutation",
        "internal",
        {
          idempotencyKey: string;
          attempt: number;
          part: { type: string; id?: string; data: any; transient?: boolean };
        },
        boolean,
        Name
      >;
    };
  };
