import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";
import { scriptedModel } from "./scriptedModel";

/**
 * A real model when its key is in the environment, else one that follows a script:
 * `OPENAI_API_KEY` (with `OPENAI_BASE_URL` and `OPENAI_MODEL` for compatible servers), or `AI_GATEWAY_API_KEY`
 * (with `AI_GATEWAY_MODEL`).
 *
 * @param attempt - which attempt at the step this is, from 1: the script fails some first ones.
 */
export function chooseModel(attempt: number): LanguageModel {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, AI_GATEWAY_API_KEY, AI_GATEWAY_MODEL } = process.env;
  if (OPENAI_API_KEY) {
    const baseURL = OPENAI_BASE_URL ?? "https://api.openai.com/v1";
    const provider = createOpenAICompatible({ name: "openai", baseURL, apiKey: OPENAI_API_KEY });
    return provider(OPENAI_MODEL ?? "gpt-4.1-mini");
  }
  if (AI_GATEWAY_API_KEY) return AI_GATEWAY_MODEL ?? "anthropic/claude-haiku-4.5";
  return scriptedModel(attempt);
}
