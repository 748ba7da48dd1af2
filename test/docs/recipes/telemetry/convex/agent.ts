"use node";

import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { streamHandlerAction } from "convex-durable-agents";
import { components } from "./_generated/api";

// Makes the span of a model call the child of its step's.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** Sends to `OTEL_EXPORTER_OTLP_ENDPOINT`, with `OTEL_EXPORTER_OTLP_HEADERS`: variables of the deployment. */
const provider = new TracerProvider({
  spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
});

/** What is not sent when the action returns is lost. */
const flush = () => provider.forceFlush();

export const respond = streamHandlerAction(
  components.durableAgents,
  (_ctx, threadId, { turn, step, attempt }) => ({
    model: "anthropic/claude-haiku-4.5",
    system: "You are a helpful assistant.",
    saveStreamDeltas: true,
    experimental_telemetry: {
      isEnabled: true,
      tracer: provider.getTracer("chat"),
      functionId: "chat",
      metadata: { threadId, turn, step, attempt },
      recordInputs: false,
      recordOutputs: false,
    },
    onStepFinish: flush,
    onRetry: flush,
    onError: flush,
  }),
);
