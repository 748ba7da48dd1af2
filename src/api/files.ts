import type { UIMessage } from "ai";
import type { GenericDataModel, GenericMutationCtx } from "convex/server";
import { callFailure } from "../../component/lib/callErrors.js";
import { MAX_FILES } from "../../component/lib/limits.js";
import type { SentFile } from "../../component/validators/message.js";
import { agentError } from "../errors.js";
import type { ActionCtx, AgentApiOptions, MessageDoc, MutationCtx, QueryCtx } from "../types.js";

type Part = UIMessage["parts"][number];

/** A context that knows the URLs of files in the app's storage. */
type FileCtx = Pick<QueryCtx | ActionCtx, "storage">;

/** A context that knows which files are in the app's storage. */
export type FileCheckCtx = MutationCtx & Pick<GenericMutationCtx<GenericDataModel>, "db">;

/** A message as it is sent. */
export interface WithFiles {
  files?: SentFile[];
}

/**
 * Checks that the files of messages which are in the app's storage are there, and that their sender may use them. The component
 * cannot check it: it has a storage of its own.
 *
 * @param authorizeFile - the app's own check. Default: any file may be sent.
 * @throws file_not_found, invalid_file
 */
export async function checkStoredFiles(
  ctx: FileCheckCtx,
  messages: WithFiles[],
  authorizeFile: AgentApiOptions["authorizeFile"] = () => true,
): Promise<void> {
  const files = messages.flatMap(({ files = [] }) => files);
  // One with a URL as well is refused by the component, as any that has not exactly one of them.
  const ids = files.flatMap(({ url, storageId = [] }) => (url === undefined ? storageId : []));
  if (ids.length > MAX_FILES)
    throw agentError("invalid_file", `At most ${MAX_FILES} files of the app's storage are sent at a time.`);
  for (const storageId of new Set(ids)) {
    const id = ctx.db.system.normalizeId("_storage", storageId);
    const file = id && (await ctx.db.system.get("_storage", id));
    if (!file || !(await authorizeFile(ctx, storageId)))
      throw agentError("file_not_found", `There is no file "${storageId}" in the app's storage.`);
  }
}

/** A part that names a file of the app's storage. */
type StoredFilePart = Part & { type: "file" } & SentFile & { storageId: string };

export const isStoredFile = (part: Part): part is StoredFilePart =>
  part.type === "file" && "storageId" in part;

/** Where a file is, or why there is nothing to read. */
export type FileUrl = { url: string } | { url: null; why: string };

export const GONE = "is not there any more";

/** Adds the URLs of files in the app's storage to messages, for readers. */
export async function withFileUrls(ctx: FileCtx, messages: MessageDoc[]): Promise<MessageDoc[]> {
  return withUrls(messages, await fileUrls(ctx, messages));
}

/** The URLs of the files that messages name, by their ids, in the messages' order. */
export async function fileUrls(ctx: FileCtx, messages: MessageDoc[]): Promise<Map<string, FileUrl>> {
  const named = messages.flatMap(({ parts }) => parts.filter(isStoredFile).map(({ storageId }) => storageId));
  const urls = [...new Set(named)].map(async (id) => [id, await urlOf(ctx, id)] as const);
  return new Map(await Promise.all(urls));
}

/** Returns messages with the URLs of the files that they name; a text takes the place of a file that has none. */
export const withUrls = (messages: MessageDoc[], urls: Map<string, FileUrl>): MessageDoc[] =>
  messages.map((message) =>
    message.parts.some(isStoredFile)
      ? { ...message, parts: message.parts.map((part) => (isStoredFile(part) ? withUrl(part, urls) : part)) }
      : message,
  );

function withUrl({ storageId, filename, mediaType }: StoredFilePart, urls: Map<string, FileUrl>): Part {
  const file = urls.get(storageId)!;
  if (file.url === null) return { type: "text", text: `(The file ${filename ?? ""} ${file.why}.)` };
  return { type: "file", mediaType, url: file.url, ...(filename !== undefined && { filename }) };
}

/** The URL of a file; it has none if its id never was a file's, so that a thread can be read whatever is stored in it. */
async function urlOf({ storage }: FileCtx, storageId: string): Promise<FileUrl> {
  try {
    const url = await storage.getUrl(storageId);
    return url === null ? { url, why: GONE } : { url };
  } catch (error) {
    const failure = callFailure(error);
    if (failure === "died" || failure === "notBegun") throw error;
    return { url: null, why: GONE };
  }
}
