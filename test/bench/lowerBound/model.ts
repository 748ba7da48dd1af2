import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import type { GenericActionCtx } from "convex/server";
import type { GenericId } from "convex/values";
import { DeltaWriter } from "../../../src/handler/deltaWriter.js";
import { testModel } from "../../support/app/model.js";
import { THROTTLE_MS } from "../workloads.js";
import { internal } from "./api.js";

/** What the model is sent, in the form in which it is stored. */
export interface StoredMessage {
  role: "user" | "assistant" | "tool";
  text: string;
  calls?: { callId: string; key: string }[];
}

/** What a step came to. */
interface Step {
  text: string;
  /** How much of the text was streamed. */
  streamed: number;
  calls: { callId: string; key: string }[];
}

type Ctx = Pick<GenericActionCtx<Record<string, never>>, "runMutation">;

/** Makes one model call and saves its text as it comes. */
export async function callModel(
  ctx: Ctx,
  stream: { threadId: GenericId<"threads">; streamId: GenericId<"streams"> },
  prompt: LanguageModelV3Prompt,
): Promise<Step> {
  const step: Step = { text: "", streamed: 0, calls: [] };
  const writer = new DeltaWriter(
    {
      async flush({ seq, chunks }) {
        const text = chunks
          .map((chunk) => (typeof chunk === "string" ? chunk : "delta" in chunk ? chunk.delta : ""))
          .join("");
        await ctx.runMutation(internal.turns.flush, { ...stream, seq, text });
        step.streamed += text.length;
        return true;
      },
    },
    { throttleMs: THROTTLE_MS },
  );
  const answer = await testModel.doStream({ prompt });
  const reader = answer.stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const part = next.value;
    if (part.type === "text-delta") {
      step.text += part.delta;
      writer.write({ type: "text-delta", id: part.id, delta: part.delta });
    } else if (part.type === "tool-call") {
      const { key } = JSON.parse(part.input) as { key: string };
      step.calls.push({ callId: part.toolCallId, key });
    }
  }
  await writer.close();
  return step;
}

/** Stored messages as the model takes them. The scripted model looks at their roles alone. */
export function toPrompt(messages: StoredMessage[]): LanguageModelV3Prompt {
  return messages.map(({ role, text }) =>
    role === "tool" ? { role, content: [] } : { role, content: [{ type: "text", text }] },
  );
}
