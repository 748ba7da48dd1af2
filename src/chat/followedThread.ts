import { NO_STREAM, withNews, type LiveStream } from "../follow/liveStream.js";
import { runningTurn } from "../follow/threadStatus.js";
import {
  NO_TRANSCRIPT,
  pendingCalls,
  withPage,
  withTail,
  withToolCall,
  type Transcript,
} from "../follow/transcript.js";
import type { LiveStep, MessagesWithStreamsQuery } from "../follow/types.js";
import type { MessagesWithStreams, StreamArgs, ThreadDoc } from "../types.js";
import { Subscriptions, type ChatClient } from "./chatClient.js";
import type { ChatFunctions } from "../follow/chatFunctions.js";

/** What a thread is followed by. */
export interface FollowFunctions {
  listMessages: MessagesWithStreamsQuery;
  getThread: ChatFunctions["getThread"];
}

/** Committed messages (each model step is one) that are read at once. */
const PAGE_SIZE = 100;

/** A thread as far as it has arrived: its status, what is committed of its running turn, and what is streamed. */
export class FollowedThread {
  /** Undefined until it has arrived; null where there is none. */
  thread: ThreadDoc | null | undefined;
  /** The thread, the newest messages and the beginning of the stream are there. */
  isOpen = false;
  /** Everything that was asked is there. */
  isCurrent = false;
  private transcript: Transcript = NO_TRANSCRIPT;
  private live: LiveStream = NO_STREAM;
  private revision = 0;
  private isScheduled = false;
  private isClosed = false;
  private readonly subscriptions: Subscriptions;

  /** @param onChange - called after each change, with the error if a query has failed. */
  constructor(
    client: ChatClient,
    private readonly functions: FollowFunctions,
    private readonly threadId: string,
    private readonly onChange: (error?: Error) => void,
  ) {
    this.subscriptions = new Subscriptions(client, () => this.schedule());
    this.schedule();
  }

  /** Committed messages, oldest first. */
  get docs() {
    return this.transcript.docs;
  }

  /** The step of the running turn that is being streamed. */
  get liveStep(): LiveStep | null {
    const { shown } = this.live;
    return shown && shown.turn === runningTurn(this.thread) ? shown : null;
  }

  close(): void {
    this.isClosed = true;
    this.subscriptions.close();
  }

  /** All answers of one moment are taken in together, after the client has told of the last of them. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    queueMicrotask(() => {
      this.isScheduled = false;
      if (!this.isClosed) this.update();
    });
  }

  private update(): void {
    try {
      let before;
      do {
        before = { transcript: this.transcript, live: this.live };
        this.takeIn();
      } while (before.transcript !== this.transcript || before.live !== this.live);
    } catch (error) {
      this.onChange(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.onChange();
  }

  /** Asks for what is new, and takes in the answers that are there. */
  private takeIn(): void {
    const { threadId } = this;
    this.isCurrent = true;
    this.thread = this.arrived(this.subscriptions.ask(this.functions.getThread, { threadId }));
    this.readAnew(this.thread?.revision ?? 0);
    const { cursor } = this.live;
    const news = this.follow({ kind: "deltas", ...(cursor && { cursor }) });
    this.live = withNews(this.live, news?.stream);
    this.readTranscript();
    this.isOpen ||= this.thread !== undefined && news !== undefined && this.transcript.newest !== null;
    this.subscriptions.sweep();
  }

  private readTranscript(): void {
    const { newest, oldest, whole, docs } = this.transcript;
    if (newest === null) {
      const page = this.list({ limit: PAGE_SIZE });
      if (page) this.transcript = withPage(this.transcript, page);
      return;
    }
    // The running turn is read from its beginning.
    if (oldest && this.thread && docs[0] && docs[0].turn >= this.thread.turn) {
      const page = this.list({ limit: PAGE_SIZE, cursor: oldest });
      if (page) this.transcript = withPage(this.transcript, page);
    }
    for (const place of pendingCalls(docs)) {
      const fields = this.follow({ kind: "toolCall", ...place })?.toolCall;
      if (fields) this.transcript = withToolCall(this.transcript, place, fields);
    }
    const tail = this.follow({ kind: "messages", after: newest, ...(whole && { whole }) });
    if (tail) this.transcript = withTail(this.transcript, tail, this.live);
  }

  /** Begins again when messages were taken out of the thread. */
  private readAnew(revision: number): void {
    if (revision === this.revision) return;
    this.revision = revision;
    this.transcript = NO_TRANSCRIPT;
  }

  private follow(streamArgs: StreamArgs): MessagesWithStreams | undefined {
    return this.list({ streamArgs });
  }

  private list(args: object): MessagesWithStreams | undefined {
    return this.arrived(
      this.subscriptions.ask(this.functions.listMessages, { threadId: this.threadId, ...args }),
    );
  }

  private arrived<T>(answer: T | undefined): T | undefined {
    if (answer === undefined) this.isCurrent = false;
    return answer;
  }
}
