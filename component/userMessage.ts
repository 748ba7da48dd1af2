import { getConvexSize } from "convex/values";
import type { Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import { MAX_CONTENT_BYTES } from "./limits.js";
import type { File } from "./messageValidators.js";

/** What a person says. */
export interface Said {
  prompt?: string;
  files?: File[];
}

/** A part of a user's message as stored. A file in the app's storage has no URL until it is read. */
type Part = { type: "text"; text: string } | ({ type: "file" } & File);

/**
 * The parts of a message that says this.
 *
 * @throws empty_prompt, invalid_file, prompt_too_large
 */
export function partsOf({ prompt = "", files = [] }: Said): Part[] {
  if (prompt.trim() === "" && files.length === 0) throw fail("empty_prompt", "The prompt is empty.");
  for (const { url, storageId } of files)
    if ((url === undefined) === (storageId === undefined))
      throw fail("invalid_file", "A file has either a url or a storageId.");
  const parts: Part[] = files.map((file) => ({ type: "file", ...file }));
  if (prompt.trim() !== "") parts.push({ type: "text", text: prompt });
  const bytes = getConvexSize(parts);
  if (bytes > MAX_CONTENT_BYTES)
    throw fail("prompt_too_large", `The message has ${bytes} bytes; a row can hold ${MAX_CONTENT_BYTES}.`);
  return parts;
}

/**
 * The parts of a message that need not be there: null when nothing is said at all.
 *
 * @throws empty_prompt, invalid_file, prompt_too_large
 */
export const partsIfSaid = (said: Said): Part[] | null =>
  said.prompt === undefined && said.files === undefined ? null : partsOf(said);

/** Stores a user's message. */
export const insertUserMessage = (
  ctx: MutationCtx,
  message: { threadId: Id<"threads">; position: number; parts: Part[]; key?: string },
): Promise<Id<"messages">> => ctx.db.insert("messages", { ...message, role: "user" });
