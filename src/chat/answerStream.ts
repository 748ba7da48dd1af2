import type { UIMessageChunk } from "ai";
import { describeError } from "../follow/describeError.js";
import type { AgentMessage } from "../follow/types.js";
import {
  answerAt,
  endOf,
  placeOf,
  type Answer,
  type AnswerEnd,
  type AnswerPlace,
  type AnswerRequest,
} from "./answer.js";
import { AnswerWriter } from "./answerWriter.js";
import type { ChatClient } from "./chatClient.js";
import type { ChatSdk } from "./chatSdk.js";
import type { ChatMessageMetadata } from "./loadMessages.js";
import { FollowedThread, type FollowFunctions } from "./followedThread.js";

export interface AnswerStreamOptions {
  threadId: string;
  request: AnswerRequest;
  /** The tools whose results come from the chat's user. */
  clientTools: readonly string[];
  /** The answer as far as the chat has it; the stream brings the rest. Default: the stream brings the whole answer. */
  continued?: AgentMessage;
  /** Ends the stream where it is; the turn goes on. */
  abortSignal?: AbortSignal;
  /** What the chat's SDK knows. */
  sdk: ChatSdk;
}

/** Streams the chunks of an answer, from what has arrived of it to its end. */
export function answerStream(
  client: ChatClient,
  functions: FollowFunctions,
  options: AnswerStreamOptions,
): ReadableStream<UIMessageChunk> {
  let writing: AnswerWriting;
  return new ReadableStream<UIMessageChunk>({
    start: (controller) => void (writing = new AnswerWriting(client, functions, options, controller)),
    cancel: () => writing.close(),
  });
}

class AnswerWriting {
  private readonly followed: FollowedThread;
  private readonly writer: AnswerWriter;
  private place: AnswerPlace | null = null;
  private hasStarted = false;
  private isClosed = false;

  constructor(
    client: ChatClient,
    functions: FollowFunctions,
    private readonly options: AnswerStreamOptions,
    private readonly controller: ReadableStreamDefaultController<UIMessageChunk>,
  ) {
    const { continued, abortSignal, sdk } = options;
    this.writer = new AnswerWriter(continued?.parts, sdk.canResetSteps);
    this.followed = new FollowedThread(client, functions, options.threadId, (error) =>
      error ? this.finish(null, { errorText: describeError(error).message }) : this.advance(),
    );
    if (abortSignal?.aborted) this.leave();
    abortSignal?.addEventListener("abort", () => this.leave(), { once: true });
  }

  close(): void {
    this.isClosed = true;
    this.followed.close();
  }

  private leave(): void {
    if (this.isClosed) return;
    this.close();
    this.controller.close();
  }

  private advance(): void {
    this.place ??= placeOf(this.followed, this.options.request);
    const answer = this.place && answerAt(this.followed, this.place, this.options.sdk.showsSteering);
    this.sendTransient();
    if (answer) {
      this.start(answer.message);
      this.send(this.writer.advance(answer.message.parts, answer.isLive));
    }
    const end = endOf(this.followed, this.place, this.options.clientTools);
    if (end) this.finish(answer, end);
  }

  /** Passes on what is to be shown once of the answer; that of another one is nothing to its reader. */
  private sendTransient(): void {
    const { thread } = this.followed;
    const parts = this.followed.takeTransient();
    if (this.place && thread?.turn === this.place.turn)
      this.send(parts.map(({ type, id, data }) => ({ type, id, data, transient: true })));
  }

  private start({ id, metadata }: AgentMessage): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.send([
      { type: "start", ...(!this.options.continued && { messageId: id }), messageMetadata: metadata },
    ]);
  }

  private finish(answer: Answer | null, { errorText }: AnswerEnd): void {
    this.close();
    this.send(this.writer.end());
    if (errorText !== undefined) {
      this.send([{ type: "error", errorText }]);
    } else {
      const messageMetadata: ChatMessageMetadata | undefined = answer?.message.metadata && {
        ...answer.message.metadata,
        ...(this.writer.hasSuperseded && { superseded: true }),
      };
      this.send([{ type: "finish", finishReason: answer?.finishReason, messageMetadata }]);
    }
    this.controller.close();
  }

  private send(chunks: UIMessageChunk[]): void {
    for (const chunk of chunks) this.controller.enqueue(chunk);
  }
}
