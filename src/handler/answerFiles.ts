import { MAX_INLINE_FILE_LENGTH } from "../../component/lib/limits.js";
import { persistently } from "../../component/lib/persistently.js";
import type { ActionCtx } from "../types.js";
import { PATIENCE_MS } from "./heldStep.js";

type Storage = ActionCtx["storage"];

const DATA_URL = /^data:[^,]*;base64,/;

/** A file that the model made, as a part of its answer. */
interface MadeFile {
  type: "file";
  mediaType: string;
  url: string;
}

/** Files of an answer that are in the app's storage, and not yet part of a stored message. */
export class AnswerFiles {
  private readonly stored: string[] = [];

  constructor(private readonly storage: Storage) {}

  /** Stores the large files among the parts of an answer. Returns the parts, which name these files by their ids. */
  async store(parts: unknown[]): Promise<unknown[]> {
    const named: unknown[] = [];
    for (const part of parts) named.push(isLargeFile(part) ? await this.storeFile(part) : part);
    return named;
  }

  /** Deletes the files that were stored: no message has them. What cannot be deleted is left behind. */
  async delete(): Promise<void> {
    await Promise.allSettled(this.stored.splice(0).map((storageId) => this.storage.delete(storageId)));
  }

  private async storeFile({ url, ...file }: MadeFile): Promise<unknown> {
    const blob = blobOf(url, file.mediaType);
    const storageId = await persistently(() => this.storage.store(blob), { forMs: PATIENCE_MS });
    this.stored.push(storageId);
    return { ...file, storageId };
  }
}

function isLargeFile(part: unknown): part is MadeFile {
  const { type, url } = part as Partial<MadeFile>;
  return type === "file" && url !== undefined && url.length > MAX_INLINE_FILE_LENGTH && DATA_URL.test(url);
}

function blobOf(dataUrl: string, mediaType: string): Blob {
  const binary = atob(dataUrl.slice(dataUrl.indexOf(",") + 1));
  return new Blob([Uint8Array.from(binary, (char) => char.charCodeAt(0))], { type: mediaType });
}
