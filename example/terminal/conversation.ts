import { ConvexClient } from "convex/browser";
import {
  decodeValue,
  type Explanation,
  type MessageDoc,
  type StreamCursor,
  type ThreadDoc,
} from "convex-durable-agents";
import { api } from "../convex/_generated/api.js";
import type { Display } from "./display.js";
import { LiveStep } from "./liveStep.js";
import { isPending, isQuestion, isToolCall, needsApproval, type ToolCall } from "./toolCalls.js";

const { chat } = api;

/** One thread, followed through the same subscriptions that a page would use, and what a person does with it. */
export class Conversation {
  thread: ThreadDoc | null = null;
  messages: MessageDoc[] = [];
  private live: LiveStep | null = null;
  private failure: Error | null = null;
  private isChanged = false;
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly client: ConvexClient,
    readonly threadId: string,
    private readonly display: Display,
  ) {}

  /** Creates a thread, and follows it from its beginning. */
  static async open(url: string, display: Display): Promise<Conversation> {
    const client = new ConvexClient(url, { logger: false });
    const threadId = await client.mutation(chat.createThread, {});
    const conversation = new Conversation(client, threadId, display);
    conversation.follow();
    await conversation.until(() => conversation.thread !== null);
    return conversation;
  }

  /** Resolves as soon as the condition holds; rejects when the thread cannot be followed any more. */
  async until(condition: () => boolean): Promise<void> {
    for (;;) {
      if (this.failure) throw this.failure;
      if (condition()) return;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  get isRunning(): boolean {
    return this.thread !== null && ["streaming", "awaiting_tool_results"].includes(this.thread.status);
  }

  /** Nothing more comes by itself: the thread is settled, or it waits for nothing but a person. */
  get isAtRest(): boolean {
    return this.thread !== null && (!this.isRunning || this.waitsForPerson);
  }

  get waitsForPerson(): boolean {
    const pending = this.calls.filter(isPending);
    const isForPerson = (call: ToolCall) => isQuestion(call) || needsApproval(call);
    return (
      this.thread?.status === "awaiting_tool_results" && pending.length > 0 && pending.every(isForPerson)
    );
  }

  /** The answer of the running turn has begun to arrive. */
  get isSpeaking(): boolean {
    return this.isRunning && this.live?.turn === this.thread?.turn && this.live!.prose.length > 0;
  }

  /** What the agent has asked and nobody has answered, oldest first. */
  get questions(): ToolCall[] {
    return this.calls.filter(isQuestion);
  }

  /** The calls that wait for approval, oldest first. */
  get approvals(): ToolCall[] {
    return this.calls.filter(needsApproval);
  }

  private get calls(): ToolCall[] {
    return this.messages.flatMap(({ parts }) => parts.filter(isToolCall));
  }

  /** Sends a message and waits until it is seen: then the thread is seen running, too. */
  async send(prompt: string): Promise<void> {
    const messageId = await this.client.mutation(chat.sendMessage, { threadId: this.threadId, prompt });
    await this.until(() => this.messages.some(({ id }) => id === messageId));
  }

  stop(): Promise<unknown> {
    return this.client.mutation(chat.stopThread, { threadId: this.threadId });
  }

  /** Resumes the thread and waits until it is seen running. */
  /** Where the thread is, what it waits for, and how it came there. */
  explain(): Promise<Explanation | null> {
    return this.client.query(chat.explainThread, { threadId: this.threadId });
  }

  async resume(): Promise<void> {
    const turn = () => this.thread!.turn;
    const before = turn();
    await this.client.mutation(chat.resumeThread, { threadId: this.threadId });
    await this.until(() => turn() > before);
  }

  /** Answers a question, and waits until that is seen. */
  async answer({ toolCallId }: ToolCall, result: string): Promise<void> {
    await this.client.mutation(chat.addToolResult, { threadId: this.threadId, toolCallId, result });
    await this.until(() => this.questions.every((call) => call.toolCallId !== toolCallId));
  }

  /** Lets a call run, and waits until that is seen. */
  async approve({ toolCallId }: ToolCall): Promise<void> {
    await this.client.mutation(chat.approveToolCall, { threadId: this.threadId, toolCallId });
    await this.until(() => this.approvals.every((call) => call.toolCallId !== toolCallId));
  }

  /** Keeps a call from running, and waits until that is seen. */
  async deny({ toolCallId }: ToolCall, reason: string): Promise<void> {
    await this.client.mutation(chat.denyToolCall, { threadId: this.threadId, toolCallId, reason });
    await this.until(() => this.approvals.every((call) => call.toolCallId !== toolCallId));
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
    client.onUpdate(
      chat.getThread,
      { threadId, inspect: true },
      (thread) => {
        this.thread = thread;
        this.changed();
      },
      this.fail,
    );
    client.onUpdate(
      chat.listMessagesWithStreams,
      { threadId },
      ({ messages = [] }) => {
        this.messages = decodeValue(messages) as MessageDoc[];
        this.changed();
      },
      this.fail,
    );
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
        const { stream, chunks, seq } = news;
        if (stream) this.live = new LiveStep(stream.turn, stream.step);
        this.live!.take(decodeValue(chunks) as Parameters<LiveStep["take"]>[0]);
        this.changed();
        unfollow();
        this.followStream({ streamId: stream?.streamId ?? cursor!.streamId, seq });
      },
      this.fail,
    );
  }

  private readonly fail = (error: Error): void => {
    this.failure = error;
    this.changed();
  };

  /** Shows and tells once what one update changed, however many subscriptions it came through. */
  private changed(): void {
    if (this.isChanged) return;
    this.isChanged = true;
    queueMicrotask(() => {
      this.isChanged = false;
      const { display, messages, live, thread } = this;
      display.messages(messages);
      if (live) display.live(live);
      if (thread) display.thread(thread);
      for (const wake of this.waiting) wake();
      this.waiting.clear();
    });
  }
}
