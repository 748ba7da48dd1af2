import type { UIMessage } from "ai";
import type { SentFile } from "../../component/validators/message.js";
import type { ActionCtx, MessageDoc, QueryCtx } from "../types.js";

type Part = UIMessage["parts"][number];

/** A context that knows the URLs of files in the app's storage. */
type FileCtx = Pick<QueryCtx | ActionCtx, "storage">;

const isStoredFile = (part: Part): part is Part & { type: "file" } & SentFile & { storageId: string } =>
  part.type === "file" && "storageId" in part;

/** Adds the URLs of files in the app's storage to messages, for readers and for the model. */
export async function withFileUrls(ctx: FileCtx, messages: MessageDoc[]): Promise<MessageDoc[]> {
  return Promise.all(
    messages.map(async (message) =>
      message.parts.some(isStoredFile)
        ? { ...message, parts: await Promise.all(message.parts.map((part) => withUrl(ctx, part))) }
        : message,
    ),
  );
}

async function withUrl(ctx: FileCtx, part: Part): Promise<Part> {
  if (!isStoredFile(part)) return part;
  const { storageId, filename, mediaType } = part;
  const url = await ctx.storage.getUrl(storageId);
  if (url === null) return { type: "text", text: `(The file ${filename ?? ""} is not there any more.)` };
  return { type: "file", mediaType, url, ...(filename !== undefined && { filename }) };
}
