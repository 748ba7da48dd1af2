import { ConvexClient } from "convex/browser";
import type { MessageDoc, StreamCursor, StreamUpdate, ThreadDoc } from "convex-durable-agents";
import { api } from "../convex/_generated/api.js";
import type { Display } from "./display.js";

const { chat } = api;

/** One thread, followed through the same subscriptions that a page would use. */
export class Conversation {
  thread: ThreadDoc | null = null;
  messages: MessageDoc[] = [];
  private step: StreamUpdate["stream"];
  private chunks: unknown[] = [];
  private isChanged = false;
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly client: ConvexClient,
    readonly threadId: string,
    private readonly display: Display,
  ) {}

  /** Creates a thread and follows it. */
  static async open(url: string, display: Display): Promise<Conversation> {
    const client = new ConvexClient(url, { logger: false });
    const threadId = await client.mutation(chat.createThread, {});
    const conversation = new Conversation(client, threadId, display);
    conversation.follow();
    return conversation;
  }

  /** Resolves as soon as the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  get isSettled(): boolean {
    return this.thread !== null && !["streaming", "awaiting_tool_results"].includes(this.thread.status);
  }

  /** The beginning of the running step's answer has arrived. */
  get isSpeaking(): boolean {
    return this.chunks.length > 0;
  }

  /** The calls of async tools that wait for a person. */
  get questions(): { toolCallId: string; question: string }[] {
    return this.messages.flatMap(({ parts }) =>
      parts.flatMap((part) =>
        part.type === "tool-ask_person" && part.state === "input-available"
          ? [{ toolCallId: part.toolCallId, question: (part.input as { question: string }).question }]
          : [],
      ),
    );
  }

  /** Sends a message and waits until it is seen: then the thread is seen running, too. */
  async send(prompt: string): Promise<void> {
    const before = this.sent;
    await this.client.mutation(chat.sendMessage, { threadId: this.threadId, prompt });
    await this.until(() => this.sent > before);
  }

  private get sent(): number {
    return this.messages.filter(({ role }) => role === "user").length;
  }

  stop(): Promise<unknown> {
    return this.client.mutation(chat.stopThread, { threadId: this.threadId });
  }

  /** Resumes the thread and waits until it is seen running. */
  async resume(): Promise<void> {
    const turn = () => this.thread!.turn;
    const before = turn();
    await this.client.mutation(chat.resumeThread, { threadId: this.threadId });
    await this.until(() => turn() > before);
  }

  answer(toolCallId: string, result: string): Promise<unknown> {
    const { threadId } = this;
    return this.client.mutation(chat.addToolResult, { threadId, toolCallId, result });
  }

  /** How often the weather tool had its side effect. */
  async countLookups(): Promise<number> {
    return (await this.client.query(api.tools.lookups, {})).length;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private follow(): void {
    const { client, threadId } = this;
    client.onUpdate(chat.getThread, { threadId, inspect: true }, (thread) => {
      this.thread = thread;
      this.changed();
    });
    client.onUpdate(chat.listMessagesWithStreams, { threadId }, ({ messages = [] }) => {
      this.messages = messages;
      this.changed();
    });
    this.followStream();
  }

  /** Follows the live stream; what is new moves the cursor, so that nothing is sent twice. */
  private followStream(cursor?: StreamCursor): void {
    const { client, threadId } = this;
    const unfollow = client.onUpdate(
      chat.listMessagesWithStreams,
      { threadId, streamArgs: { kind: "deltas", ...(cursor && { cursor }) } },
      ({ stream: news }) => {
        if (!news) return;
        if (news.stream) [this.step, this.chunks] = [news.stream, []];
        this.chunks.push(...(news.chunks as unknown[]));
        this.changed();
        unfollow();
        this.followStream({ streamId: this.step!.streamId, seq: news.seq });
      },
    );
  }

  /** Shows and tells once what one update changed, however many subscriptions it came through. */
  private changed(): void {
    if (this.isChanged) return;
    this.isChanged = true;
    queueMicrotask(() => {
      this.isChanged = false;
      const { display, messages, step, chunks, thread } = this;
      display.messages(messages);
      if (step) display.chunks(`${step.turn}.${step.step}`, chunks);
      if (thread) display.thread(thread);
      for (const wake of this.waiting) wake();
      this.waiting.clear();
    });
  }
}
