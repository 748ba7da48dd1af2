import type { UIMessageChunk } from "ai";
import type {
  Cursor,
  MessageDoc,
  StreamArgs,
  StreamDelta,
  StreamInfo,
  ThreadDoc,
} from "convex-durable-agents";
import { createThreadSnapshot, threadStatus, type ThreadSnapshot } from "convex-durable-agents/machines";
import { FakeBackend } from "./fakeBackend.js";

interface FakeThread {
  doc: ThreadDoc;
  messages: MessageDoc[];
  stream: StreamInfo | null;
  deltas: StreamDelta[];
}

interface ListArgs {
  threadId: string;
  streamArgs?: StreamArgs;
  cursor?: Cursor;
  limit?: number;
}

/** A backend with threads that tests move along by hand, answering as the component does. */
export class FakeChat extends FakeBackend {
  private readonly threads = new Map<string, FakeThread>();
  private ids = 0;

  constructor() {
    super();
    this.queries["chat:getThread"] = ({ threadId }) => this.threads.get(threadId as string)?.doc ?? null;
    this.queries["chat:listMessages"] = ({ threadId }) =>
      this.threads.get(threadId as string)?.messages ?? [];
    this.queries["chat:listMessagesWithStreams"] = (args) => this.list(args as unknown as ListArgs);
  }

  createThread(threadId: string): void {
    const doc: ThreadDoc = {
      _id: threadId,
      _creationTime: 0,
      status: "completed",
      stopReason: null,
      error: null,
      snapshot: createThreadSnapshot(),
    };
    this.threads.set(threadId, { doc, messages: [], stream: null, deltas: [] });
  }

  deleteThread(threadId: string): void {
    this.threads.delete(threadId);
  }

  /** Puts the thread's machine somewhere. */
  move(
    threadId: string,
    value: ThreadSnapshot["value"],
    context: Partial<ThreadSnapshot["context"]> = {},
  ): void {
    const { doc } = this.of(threadId);
    doc.snapshot = { ...doc.snapshot, value, context: { ...doc.snapshot.context, ...context } };
    doc.status = threadStatus(doc.snapshot) as ThreadDoc["status"];
  }

  /** Says until when the thread waits. */
  due(threadId: string, waitsUntil: number | null): void {
    this.of(threadId).doc.waitsUntil = waitsUntil;
  }

  /** Stores a message; assistant messages take the place of the stream, as a commit does. */
  commitMessage(
    threadId: string,
    role: "user" | "assistant",
    at: { turn: number; step: number; partial?: boolean },
    parts: MessageDoc["parts"],
  ): void {
    const thread = this.of(threadId);
    const id = `m${++this.ids}`;
    const message = { id, role, parts, partial: false, ...at, _creationTime: this.ids, threadId };
    thread.messages.push(message);
    thread.messages.sort((a, b) => a.turn - b.turn || a.step - b.step || a._creationTime - b._creationTime);
    if (role === "assistant") thread.stream = null;
  }

  openStream(threadId: string, at: { turn: number; step: number }): void {
    Object.assign(this.of(threadId), { stream: { streamId: `s${++this.ids}`, ...at }, deltas: [] });
  }

  /** Ends a stream that has no message. */
  dropStream(threadId: string): void {
    this.of(threadId).stream = null;
  }

  flush(threadId: string, ...chunks: UIMessageChunk[]): void {
    const { stream, deltas } = this.of(threadId);
    deltas.push({ streamId: stream!.streamId, seq: deltas.length, chunks });
  }

  private of(threadId: string): FakeThread {
    return this.threads.get(threadId)!;
  }

  private list({ threadId, streamArgs, cursor, limit = 100 }: ListArgs) {
    const { messages = [], stream = null, deltas = [] } = this.threads.get(threadId) ?? {};
    if (streamArgs?.kind === "list")
      return { messages: [], cursor: null, streams: { kind: "list", streams: stream ? [stream] : [] } };
    if (streamArgs?.kind === "deltas") {
      const wanted = streamArgs.cursors.find(({ streamId }) => streamId === stream?.streamId);
      const fresh = wanted ? deltas.filter(({ seq }) => seq >= wanted.cursor) : [];
      return { messages: [], cursor: null, streams: { kind: "deltas", deltas: fresh } };
    }
    const older = cursor
      ? messages.filter((message) => message._creationTime < cursor.creationTime)
      : messages;
    const page = older.slice(-limit);
    const begin = page.length < limit ? null : page[0]!;
    return {
      messages: page,
      cursor: begin && { position: begin.turn, creationTime: begin._creationTime, callIndex: null },
    };
  }
}

export const text = (words: string): MessageDoc["parts"] => [{ type: "text", text: words, state: "done" }];
export const delta = (words: string): UIMessageChunk => ({ type: "text-delta", id: "t", delta: words });
