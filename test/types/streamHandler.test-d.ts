import {
  createActionTool,
  streamHandlerAction,
  type ActionCtx,
  type ComponentApi,
  type MessageDoc,
  type OutputOf,
  type StreamHandler,
  type StreamHandlerOptions,
  type StreamingOptions,
} from "convex-durable-agents";
import {
  Output,
  hasToolCall,
  stepCountIs,
  type FinishReason,
  type LanguageModel,
  type LanguageModelUsage,
  type ModelMessage,
  type ToolLoopAgentSettings,
  type Tool,
  type ToolSet,
} from "ai";
import type { ApiFromModules, FunctionReference } from "convex/server";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";

declare const component: ComponentApi;
declare const model: LanguageModel;
declare const lookUp: FunctionReference<"action", "internal", { city: string }, number>;
declare const searchTheWeb: Extract<Tool, { type: "provider" }>;

test("the README's options compile", () => {
  streamHandlerAction(component, {
    model: "anthropic/claude-haiku-4.5",
    system: "You are a helpful AI assistant.",
    tools: {
      look_up: createActionTool({ description: "x", args: z.object({ city: z.string() }), handler: lookUp }),
    },
    saveStreamDeltas: true,
  });
});

test("the action is what defineAgentApi takes", () => {
  const _handler = streamHandlerAction(component, { model });
  type Module = ApiFromModules<{ chat: { handler: typeof _handler } }>;
  expectTypeOf<Module["chat"]["handler"]>().toExtend<StreamHandler>();
});

test("streamText's options are taken", () => {
  const options: StreamHandlerOptions = {
    model,
    temperature: 0.5,
    maxOutputTokens: 10,
    topP: 1,
    seed: 1,
    maxRetries: 2,
    headers: { a: "b" },
    providerOptions: { openai: { effort: "low" } },
    toolChoice: "auto",
    stopWhen: [stepCountIs(3), hasToolCall("x")],
    prepareStep: ({ stepNumber }) => (stepNumber > 1 ? { toolChoice: "none" } : {}),
    output: Output.object({ schema: z.object({ a: z.string() }) }),
    experimental_telemetry: { isEnabled: true },
    onFinish: ({ text }) => void expectTypeOf(text).toEqualTypeOf<string>(),
  };
  streamHandlerAction(component, options);
});

test("the settings of the AI SDK's ToolLoopAgent are taken", () => {
  const settings: ToolLoopAgentSettings<never, ToolSet> = {
    id: "assistant",
    model,
    instructions: { role: "system", content: "You are a helpful AI assistant." },
    temperature: 0.5,
    stopWhen: [stepCountIs(3), hasToolCall("x")],
    prepareStep: ({ stepNumber }) => (stepNumber > 1 ? { toolChoice: "none" } : {}),
    onFinish: ({ text }) => void expectTypeOf(text).toEqualTypeOf<string>(),
  };
  streamHandlerAction(component, settings);
  const plain = {
    model,
    instructions: "Be brief.",
    stopWhen: stepCountIs(3),
  } satisfies ToolLoopAgentSettings;
  streamHandlerAction(component, plain);
  const args = z.object({ city: z.string() });
  const tools = { look_up: createActionTool({ description: "x", args, handler: lookUp }) };
  streamHandlerAction(component, { ...settings, tools, saveStreamDeltas: true });
  streamHandlerAction(component, () => settings);
  streamHandlerAction(component, { model, instructions: "Be brief.", tools });
  // @ts-expect-error instructions are text, or system messages
  streamHandlerAction(component, { model, instructions: 7 });
  // @ts-expect-error calls of a thread have no options
  streamHandlerAction(component, { model, prepareCall: ({ options: _, ...rest }) => rest });
});

test("callbacks say where they are, in place of the AI SDK's of the same names", () => {
  streamHandlerAction(component, {
    model,
    onStepFinish: ({ ctx, threadId, finishReason, stepNumber, usage }) => {
      expectTypeOf(ctx).toEqualTypeOf<ActionCtx>();
      expectTypeOf(threadId).toEqualTypeOf<string>();
      expectTypeOf(finishReason).toEqualTypeOf<FinishReason>();
      expectTypeOf(stepNumber).toEqualTypeOf<number>();
      expectTypeOf(usage).toEqualTypeOf<LanguageModelUsage>();
    },
    onTurnComplete: async ({ steps, usage, output }) => {
      expectTypeOf(steps[0]!.text).toEqualTypeOf<string>();
      expectTypeOf(usage).toEqualTypeOf<NonNullable<MessageDoc["usage"]>>();
      expectTypeOf(output).toEqualTypeOf<unknown>();
    },
    onError: ({ error, attempt }) => {
      expectTypeOf(error).toEqualTypeOf<unknown>();
      expectTypeOf(attempt).toEqualTypeOf<number>();
    },
    onRetry: ({ error }) => void expectTypeOf(error).toEqualTypeOf<unknown>(),
  });
});

test("an output's type is its format's", () => {
  const _trip = Output.object({ schema: z.object({ city: z.string() }) });
  const _answer = Output.choice({ options: ["yes", "no"] });
  expectTypeOf<OutputOf<typeof _trip>>().toEqualTypeOf<{ city: string }>();
  expectTypeOf<OutputOf<typeof _answer>>().toEqualTypeOf<"yes" | "no">();
  expectTypeOf<MessageDoc["output"]>().toEqualTypeOf<unknown>();
});

// Were the handler's type made of its options, it would be made of itself: apps name `internal` functions in them.
test("the handler's type does not depend on its options", () => {
  const _plain = streamHandlerAction(component, { model });
  const _structured = streamHandlerAction(component, { model, output: Output.json() });
  expectTypeOf(_plain).toEqualTypeOf(_structured);
});

test("what the thread itself provides or does is not taken", () => {
  expectTypeOf<StreamHandlerOptions>().not.toHaveProperty("messages");
  expectTypeOf<StreamHandlerOptions>().not.toHaveProperty("prompt");
  expectTypeOf<StreamHandlerOptions>().not.toHaveProperty("onStepEnd");
  expectTypeOf<StreamHandlerOptions>().not.toHaveProperty("toolApproval");
});

test("a model is needed, and options are checked", () => {
  // @ts-expect-error a model is missing
  streamHandlerAction(component, { system: "x" });
  // @ts-expect-error a temperature is a number
  streamHandlerAction(component, { model, temperature: "hot" });
});

test("deltas are saved or not, or as the streaming options say", () => {
  expectTypeOf<StreamHandlerOptions["saveStreamDeltas"]>().toEqualTypeOf<
    boolean | StreamingOptions | undefined
  >();
  expectTypeOf<{ throttleMs: number }>().toExtend<StreamingOptions>();
});

test("messages are transformed in the form that the model takes", () => {
  streamHandlerAction(component, {
    model,
    transformMessages: (messages) => {
      expectTypeOf(messages).toEqualTypeOf<ModelMessage[]>();
      return messages.slice(-10);
    },
  });
});

test("options may be made from the action's context and the thread's id", () => {
  streamHandlerAction(component, async (ctx, threadId) => {
    expectTypeOf(ctx).toEqualTypeOf<ActionCtx>();
    expectTypeOf(threadId).toEqualTypeOf<string>();
    return { model, temperature: 0 };
  });
  // @ts-expect-error they are options, too
  streamHandlerAction(component, () => ({ model: 7 }));
});

test("tools that the provider runs are accepted along with durable ones", () => {
  streamHandlerAction(component, { model, tools: { search: searchTheWeb } });
});
