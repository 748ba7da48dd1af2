import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { interceptSyscalls, type Convex, type FunctionPath } from "./convex.js";
import type { Store } from "./store.js";

const TABLE = "_storage";
const PATH = "/api/storage/";

/** A file of a component's storage. */
interface StoredFile {
  componentPath: string;
  storageId: string;
}

/** What a request is answered with. */
interface FileContent {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string | undefined;
}

const nameOf = ({ componentPath, storageId }: StoredFile) =>
  `${componentPath.replaceAll("/", "+")}.${storageId}`;

/**
 * File storage: a row of `_storage`, which commits like any other, and the content in a folder of its own, or in memory. The content
 * is written before its row commits, and deleted after the row was.
 */
export class Files {
  readonly #inMemory = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #directory: string | undefined;
  /** Where the server listens: files' URLs begin with it. */
  origin = "";

  constructor(
    private readonly convex: Convex,
    store: Store,
    dataDir: string | undefined,
  ) {
    this.#directory = dataDir === undefined ? undefined : path.join(dataDir, "files");
    if (this.#directory !== undefined) mkdirSync(this.#directory, { recursive: true });
    store.onCommit(({ changes }) => {
      for (const { componentPath, table, id, document } of changes)
        if (table === TABLE && document === null) this.#remove({ componentPath, storageId: id });
    });
    const { asyncSyscall } = convex.internals;
    const component = async () => {
      const metadata = await asyncSyscall("1.0/getFunctionMetadata", "{}");
      return (JSON.parse(metadata) as FunctionPath).componentPath;
    };
    interceptSyscalls(convex, {
      "1.0/storageGetUrl": async (args, next) => {
        const known = await next("1.0/storageGetUrl", JSON.stringify(args));
        if (known === "null") return known;
        const file = { componentPath: await component(), storageId: args.storageId as string };
        return JSON.stringify(this.origin + PATH + encodeURIComponent(nameOf(file)));
      },
      "1.0/storageGenerateUploadUrl": async () => {
        const query = new URLSearchParams({ component: await component() });
        return JSON.stringify(`${this.origin}${PATH}upload?${query}`);
      },
    });
    convex.internals.jsSyscall = async (op, args) => {
      const componentPath = await component();
      if (op === "storage/storeBlob") return this.#storeBlob(componentPath, args.blob as Blob);
      if (op !== "storage/getBlob") throw new Error(`The embedded backend does not know ${op}.`);
      const found = this.#content({ componentPath, storageId: args.storageId as string });
      return found && new Blob([found.bytes], { type: found.contentType ?? "" });
    };
  }

  /** The content that a file's URL is answered with; null if the file is gone. */
  at(pathname: string): FileContent | null {
    const name = decodeURIComponent(pathname.slice(PATH.length));
    const dot = name.lastIndexOf(".");
    const componentPath = name.slice(0, dot).replaceAll("+", "/");
    if (!(componentPath in this.convex.internals.components)) return null;
    return this.#content({ componentPath, storageId: name.slice(dot + 1) });
  }

  /** Stores what was sent to an upload URL. */
  async upload(url: URL, { bytes, contentType }: FileContent): Promise<string> {
    const componentPath = url.searchParams.get("component") ?? "";
    if (!(componentPath in this.convex.internals.components)) throw new Error("This is no upload URL.");
    return this.#store(componentPath, { bytes, contentType });
  }

  async #storeBlob(componentPath: string, blob: Blob): Promise<string> {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return this.#store(componentPath, { bytes, contentType: blob.type || undefined });
  }

  #store(componentPath: string, { bytes, contentType }: FileContent): Promise<string> {
    const sha256 = createHash("sha256").update(bytes).digest("base64");
    return this.convex.run.runInComponent(componentPath, async () => {
      const { db } = this.convex.internals.components[componentPath]!;
      const row = { sha256, size: bytes.length, ...(contentType !== undefined && { contentType }) };
      const storageId = db.insert(TABLE, row);
      this.#write({ componentPath, storageId }, bytes);
      return storageId;
    });
  }

  #content(file: StoredFile): FileContent | null {
    const row = this.convex.internals.components[file.componentPath]!.db._documents[file.storageId];
    const bytes = row && this.#read(file);
    return bytes ? { bytes, contentType: row.contentType as string | undefined } : null;
  }

  #pathOf(file: StoredFile): string | undefined {
    return this.#directory && path.join(this.#directory, nameOf(file));
  }

  #write(file: StoredFile, bytes: Uint8Array<ArrayBuffer>): void {
    const stored = this.#pathOf(file);
    if (stored === undefined) this.#inMemory.set(nameOf(file), bytes);
    else writeFileSync(stored, bytes);
  }

  #read(file: StoredFile): Uint8Array<ArrayBuffer> | undefined {
    const stored = this.#pathOf(file);
    if (stored === undefined) return this.#inMemory.get(nameOf(file));
    return existsSync(stored) ? new Uint8Array(readFileSync(stored)) : undefined;
  }

  #remove(file: StoredFile): void {
    const stored = this.#pathOf(file);
    if (stored === undefined) this.#inMemory.delete(nameOf(file));
    else rmSync(stored, { force: true });
  }
}
