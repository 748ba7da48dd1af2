import { MAX_INLINED_BYTES } from "../../component/lib/limits.js";
import { fileUrls, GONE, isStoredFile, withUrls, type FileUrl } from "../api/files.js";
import type { ActionCtx, MessageDoc } from "../types.js";

const LEFT_OUT = "is left out, because only 4 MiB of files are sent as data";

/** Addresses that mean the deployment's own machine: a provider cannot fetch from them. */
const LOCAL = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\])$/;

const isLocal = ({ url }: FileUrl): boolean => url !== null && LOCAL.test(new URL(url).hostname);

/**
 * Adds what the model needs of files in the app's storage: their URLs, or their content where a provider cannot fetch the URL, and
 * where a model made the file, which providers take as data only. There is a bound on the content, which the newest files use first.
 */
export async function withPromptFiles(ctx: ActionCtx, messages: MessageDoc[]): Promise<MessageDoc[]> {
  const urls = await fileUrls(ctx, messages);
  const made = new Set(
    messages.flatMap(({ role, parts }) =>
      role === "assistant" ? parts.filter(isStoredFile).map(({ storageId }) => storageId) : [],
    ),
  );
  let left = MAX_INLINED_BYTES;
  for (const [storageId, file] of [...urls].reverse()) {
    if (file.url === null || !(made.has(storageId) || isLocal(file))) continue;
    const blob = await ctx.storage.get(storageId);
    if (blob && blob.size <= left) {
      left -= blob.size;
      urls.set(storageId, { url: await dataUrlOf(blob) });
    } else urls.set(storageId, { url: null, why: blob ? LEFT_OUT : GONE });
  }
  return withUrls(messages, urls);
}

/** As many bytes as `String.fromCharCode` takes at a time. */
const CHUNK_BYTES = 0x8000;

async function dataUrlOf(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  for (let begin = 0; begin < bytes.length; begin += CHUNK_BYTES)
    binary += String.fromCharCode(...bytes.subarray(begin, begin + CHUNK_BYTES));
  return `data:${blob.type};base64,${btoa(binary)}`;
}
