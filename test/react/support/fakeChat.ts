import type { UIMessageChunk } from "ai";
import type { Cursor, MessageDoc, StreamArgs, StreamUpdate, ThreadDoc } from "convex-durable-agents";
import { createThreadSnapshot, type ThreadSnapshot, threadStatus } from "convex-durable-agents/machines";
import { FakeBackend } from "./fakeBackend.js";

interface FakeThread {
  doc: ThreadDoc;
  snapshot: ThreadSnapshot;
  waitsUntil: number | null;
  messages: MessageDoc[];
  stream: NonNullable<StreamUpdate["stream"]> | null;
  /** The chunks of each flush. */
  deltas: UIMessageChunk[][];
  /** What tools have written, by the call's id. */
  data: Map<string, object[]>;
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
    this.queries["chat:getThread"] = ({ threadId, inspect }) => {
      const thread = this.threads.get(threadId as string);
      if (!thread) return null;
      const { doc, snapshot, waitsUntil } = thread;
      return inspect ? { ...doc, snapshot, waitsUntil } : doc;
    };
    this.queries["chat:listMessages"] = ({ threadId }) =>
      this.threads.get(threadId as string)?.messages ?? [];
    this.queries["chat:listMessagesWithStreams"] = (args) => this.list(args as unknown as ListArgs);
  }

  createThread(threadId: string): void {
    const doc: ThreadDoc = { _id: threadId, _creationTime: 0, status: "completed", turn: 0 };
    const snapshot = createThreadSnapshot();
    this.threads.set(threadId, {
      doc,
      snapshot,
      waitsUntil: null,
      messages: [],
      stream: null,
      deltas: [],
      data: new Map(),
    });
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
    const thread = this.of(threadId);
    const snapshot = { ...thread.snapshot, value, context: { ...thread.snapshot.context, ...context } };
    thread.snapshot = snapshot;
    thread.doc.status = threadStatus(snapshot) as ThreadDoc["status"];
    thread.doc.turn = snapshot.context.turn;
  }

  /** Says until when the thread waits. */
  due(threadId: string, waitsUntil: number | null): void {
    this.of(threadId).waitsUntil = waitsUntil;
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
    const streamed = role === "assistant" && thread.stream && this.streamedOf(thread, parts);
    const message: MessageDoc = {
      ...{ id, role, parts, ...at, _creationTime: this.ids },
      ...(streamed && { streamed: { streamId: thread.stream!.streamId, lengths: streamed } }),
    };
    thread.messages.push(message);
    thread.messages.sort((a, b) => a.turn - b.turn || a.step - b.step || a._creationTime - b._creationTime);
    if (role === "assistant") thread.stream = null;
  }

  /** Takes messages out from one on. */
  takeOut(threadId: string, from: number): void {
    const thread = this.of(threadId);
    thread.messages.splice(from);
    thread.doc.revision = (thread.doc.revision ?? 0) + 1;
  }

  openStream(threadId: string, at: { turn: number; step: number }): void {
    Object.assign(this.of(threadId), { stream: { streamId: `s${++this.ids}`, ...at }, deltas: [] });
  }

  /** Ends a stream that has no message. */
  dropStream(threadId: string): void {
    this.of(threadId).stream = null;
  }

  flush(threadId: string, ...chunks: UIMessageChunk[]): void {
    this.of(threadId).deltas.push(chunks);
  }

  /** Has a tool write data, all that its call has. */
  writeData(threadId: string, toolCallId: string, data: object[]): void {
    this.of(threadId).data.set(toolCallId, data);
  }

  /** Changes the fields of a tool call's part. */
  settleCall(threadId: string, messageIndex: number, fields: Record<string, unknown>): void {
    const { messages } = this.of(threadId);
    const message = messages[messageIndex]!;
    const parts = message.parts.map((part) => ("toolCallId" in part ? { ...part, ...fields } : part));
    messages[messageIndex] = { ...message, parts: parts };
  }

  /** How much of a message's text was streamed. */
  private streamedOf({ deltas }: FakeThread, parts: MessageDoc["parts"]): number[] | null {
    const shown = deltas.flat().map((chunk) => ("delta" in chunk ? chunk.delta : ""));
    const length = shown.join("").length;
    return length > 0 && parts.some(({ type }) => type === "text") ? [length] : null;
  }

  private of(threadId: string): FakeThread {
    return this.threads.get(threadId)!;
  }

  private list({ threadId, streamArgs, cursor, limit = 100 }: ListArgs) {
    const { messages = [], stream = null, deltas = [] } = this.threads.get(threadId) ?? {};
    switch (streamArgs?.kind) {
      case "messages": {
        const { after, whole } = streamArgs;
        const fresh = messages
          .filter(({ _creationTime }) => _creationTime > after)
          .sort((a, b) => a._creationTime - b._creationTime);
        return fresh.length > 0 ? { messages: whole ? fresh.map(toWhole) : fresh.map(withoutStreamed) } : {};
      }
      case "deltas": {
        const isFollowed = stream !== null && streamArgs.cursor?.streamId === stream.streamId;
        const fresh = deltas.slice(isFollowed ? streamArgs.cursor!.seq : 0).flat();
        if (!stream || fresh.length === 0) return {};
        return { stream: { seq: deltas.length, chunks: fresh, ...(!isFollowed && { stream }) } };
      }
      case "toolCall": {
        const { turn, step } = streamArgs;
        const message = messages.find((doc) => doc.turn === turn && doc.step === step);
        const part = message?.parts.filter((part) => "toolCallId" in part)[streamArgs.index];
        if (!part) return {};
        const data = this.of(threadId).data.get(part.toolCallId);
        return part.state === "input-available" && !data
          ? {}
          : { toolCall: { ...part, ...(data && { data }) } };
      }
    }
    const older = cursor ? messages.filter((message) => message._creationTime < Number(cursor)) : messages;
    const page = older.slice(-limit);
    const begin = page.length < limit ? null : page[0]!;
    return {
      messages: page.map(toWhole),
      cursor: begin && String(begin._creationTime),
    };
  }
}

const toWhole = ({ streamed: _, ...message }: MessageDoc): MessageDoc => message;

/** As the component leaves out what the stream has brought. */
function withoutStreamed(message: MessageDoc): MessageDoc {
  const length = message.streamed?.lengths[0] ?? 0;
  const parts = message.parts.map((part) =>
    part.type === "text" ? { ...part, text: part.text.slice(length) } : part,
  );
  return { ...message, parts };
}

export const text = (words: string): MessageDoc["parts"] => [{ type: "text", text: words, state: "done" }];
export const delta = (words: string): UIMessageChunk => ({ type: "text-delta", id: "t", delta: words });
