import { asSchema, uiMessageChunkSchema } from "ai";
import { STEERING_MESSAGE } from "./partChunks.js";

/** What the installed AI SDK's chat knows beyond version 6. */
export interface ChatSdk {
  /** The chunk that takes back the parts of a step. */
  canResetSteps: boolean;
  /** The chunk that shows, within an answer, a message that steered it. */
  showsSteering: boolean;
}

/** Finds out what the installed AI SDK knows. */
export async function installedSdk(): Promise<ChatSdk> {
  return {
    canResetSteps: await knows({ type: "reset-step" }),
    showsSteering: await knows({ type: STEERING_MESSAGE, id: "", parts: [] }),
  };
}

async function knows(chunk: object): Promise<boolean> {
  const known = await asSchema(uiMessageChunkSchema).validate?.(chunk);
  return known?.success ?? false;
}
