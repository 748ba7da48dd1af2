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
  const url = await urlOf(ctx, storageId);
  if (url === null) return { type: "text", text: `(The file ${filename ?? ""} is not there any more.)` };
  return { type: "file", mediaType, url, ...(filename !== undefined && { filename }) };
}

/** The URL of a file, or null if it is gone, or if its id never was a file's: a thread can be read whatever is stored in it. */
async function urlOf({ storage }: FileCtx, storageId: string): Promise<string | null> {
  try {
    return await storage.getUrl(storageId);
  } catch (error) {
    const failure = callFailure(error);
    if (failure === "died" || failure === "notBegun") throw error;
    return null;
  }
}
