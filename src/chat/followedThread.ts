import { DataReader, dataOf, toolDataSource, type DataSource } from "../follow/dataReader.js";
import { NO_STREAM, shownStep, streamDataSource, withUpdate, type LiveStream } from "../follow/liveStream.js";
import { runningTurn } from "../follow/threadStatus.js";
import { NO_TRANSCRIPT, pendingCalls, withAnswer, type Transcript } from "../follow/transcript.js";
import type { LiveStep, MessagesWithStreamsQuery } from "../follow/types.js";
import type { DataPart, MessagesWithStreams, StreamArgs, ThreadDoc } from "../types.js";
import { Subscriptions, type ChatClient } from "./chatClient.js";
import type { ChatFunctions } from "../follow/chatFunctions.js";

/** The queries that follow a thread. */
export interface FollowFunctions {
  listMessages: MessagesWithStreamsQuery;
  getThread: ChatFunctions["getThread"];
}

/** How many committed messages a page has; each model call is one. */
const PAGE_SIZE = 100;

/** A thread as far as a client has received it: its status, its committed messages, and the step that streams. */
export class FollowedThread {
  /** Undefined until it has arrived; null if there is no such thread. */
  thread: ThreadDoc | null | undefined;
  /** Whether the thread, its newest messages and the beginning of the stream have arrived. */
  isOpen = false;
  /** Whether each query has its current result. */
  isCurrent = false;
  /** The step that is being streamed, or whose message has not arrived yet. */
  liveStep: LiveStep | null = null;
  /** The data parts that are to be shown once, until they are taken. */
  private transient: DataPart[] = [];
  private readonly reader = new DataReader();
  private transcript: Transcript = NO_TRANSCRIPT;
  private live: LiveStream = NO_STREAM;
  private revision = 0;
  private isScheduled = false;
  private isClosed = false;
  private readonly subscriptions: Subscriptions;

  /** @param onChange - called after each change, with the error of a query that has failed. */
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

  /** Returns the data parts that have come to be shown once, each of them one time. */
  takeTransient(): DataPart[] {
    return this.transient.splice(0);
  }

  /** Ends the subscriptions; `onChange` is not called any more. */
  close(): void {
    this.isClosed = true;
    this.subscriptions.close();
  }

  /** Results of one moment are read together, after the client has reported the last of them. */
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
        this.read();
      } while (before.transcript !== this.transcript || before.live !== this.live);
    } catch (error) {
      this.onChange(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.onChange();
  }

  /** Reads each query's result, and subscribes to what follows from it. */
  private read(): void {
    const { threadId } = this;
    this.isCurrent = true;
    this.thread = this.arrived(this.subscriptions.result(this.functions.getThread, { threadId }));
    this.reloadAfter(this.thread?.revision ?? 0);
    const { cursor } = this.live;
    const update = this.follow({ kind: "deltas", ...(cursor && { cursor }) });
    const opensStream = update?.stream?.stream !== undefined;
    if (!opensStream) this.live = withUpdate(this.live, update?.stream);
    const isRead = this.readTranscript();
    // The messages before a stream may arrive after its first words, which have no place in the answer until then.
    if (opensStream && isRead) this.live = withUpdate(this.live, update.stream);
    this.liveStep = shownStep(isRead ? null : this.liveStep, this.live, runningTurn(this.thread));
    this.note(streamDataSource(this.live));
    this.isOpen ||= this.thread !== undefined && update !== undefined && this.transcript.newest !== null;
    this.subscriptions.dropUnread();
  }

  /** Reads what is new of the transcript. Returns whether all messages have arrived that were committed by now. */
  private readTranscript(): boolean {
    const { newest, oldest, whole, docs } = this.transcript;
    if (newest === null) {
      const page = this.list({ limit: PAGE_SIZE });
      if (page) this.transcript = withAnswer(this.transcript, page);
      return page !== undefined;
    }
    // The running turn is read from its beginning.
    if (oldest && this.thread && docs[0] && docs[0].turn >= this.thread.turn) {
      const page = this.list({ limit: PAGE_SIZE, cursor: oldest });
      if (page) this.transcript = withAnswer(this.transcript, page);
    }
    for (const call of pendingCalls(docs)) {
      const answer = this.follow({ kind: "toolCall", ...call });
      this.note(toolDataSource(JSON.stringify(call), dataOf(answer)));
      if (answer) this.transcript = withAnswer(this.transcript, answer, { call });
    }
    const tail = this.follow({ kind: "messages", after: newest, ...(whole && { whole }) });
    if (tail) this.transcript = withAnswer(this.transcript, tail, { live: this.live });
    return tail !== undefined && (whole || !this.transcript.whole);
  }

  /** Reloads the transcript if messages were deleted. */
  private reloadAfter(revision: number): void {
    if (revision === this.revision) return;
    this.revision = revision;
    this.transcript = NO_TRANSCRIPT;
  }

  /** Takes note of what is to be shown once. */
  private note(source: DataSource): void {
    this.transient.push(...this.reader.take(source).filter(({ transient }) => transient));
  }

  private follow(streamArgs: StreamArgs): MessagesWithStreams | undefined {
    return this.list({ streamArgs });
  }

  private list(args: object): MessagesWithStreams | undefined {
    return this.arrived(
      this.subscriptions.result(this.functions.listMessages, { threadId: this.threadId, ...args }),
    );
  }

  private arrived<T>(result: T | undefined): T | undefined {
    if (result === undefined) this.isCurrent = false;
    return result;
  }
}
