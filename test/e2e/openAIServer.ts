import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a client asked for, and when. */
export interface ChatRequest {
  at: number;
  body: {
    model: string;
    stream: boolean;
    messages: { role: string; content: unknown; tool_call_id?: string; tool_calls?: unknown[] }[];
    tools?: { function: { name: string } }[];
  };
  /** Set once the connection is closed, by whichever side. */
  closed: Promise<void>;
}

/** Answers one request. */
export type Reply = (answer: Answer) => Promise<void> | void;

/** A server on loopback that speaks OpenAI's chat completions protocol, and answers as a test scripts it. */
export class OpenAIServer {
  readonly requests: ChatRequest[] = [];
  private readonly replies: Reply[] = [];
  private readonly server = createServer((request, response) => void this.handle(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Forgets what was asked, and answers the next requests with these, in order. */
  expect(...replies: Reply[]): void {
    this.requests.length = 0;
    this.replies.splice(0, Infinity, ...replies);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = JSON.parse(Buffer.concat(pieces).toString()) as ChatRequest["body"];
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    this.requests.push({ at: Date.now(), body, closed });
    const reply = this.replies.shift();
    if (request.url !== "/v1/chat/completions" || !reply) response.writeHead(404).end();
    else await reply(new Answer(response));
  }
}

/** One streamed answer, said piece by piece. */
export class Answer {
  constructor(private readonly response: ServerResponse) {}

  get isClosed(): boolean {
    return this.response.destroyed;
  }

  /** Refuses, as a provider that is busy does. */
  refuse(status: number, message: string, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, { "Content-Type": "application/json", ...headers });
    this.response.end(JSON.stringify({ error: { message, type: "error" } }));
  }

  say(content: string): void {
    this.send({ delta: { content } });
  }

  call(index: number, id: string, name: string, args: string): void {
    const head = { index, id, type: "function", function: { name, arguments: "" } };
    this.send({ delta: { tool_calls: [head] } });
    for (const piece of args.match(/.{1,6}/g) ?? [])
      this.send({ delta: { tool_calls: [{ index, function: { arguments: piece } }] } });
  }

  finish(reason: "stop" | "tool_calls"): void {
    const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
    this.send({ delta: {}, finish_reason: reason }, { usage });
    this.response.end("data: [DONE]\n\n");
  }

  /** Breaks off, as a connection does. */
  cut(): void {
    this.response.destroy();
  }

  private send(choice: object, more: object = {}): void {
    if (!this.response.headersSent) this.response.writeHead(200, { "Content-Type": "text/event-stream" });
    const chunk = { id: "c", object: "chat.completion.chunk", created: 0, model: "m" };
    this.response.write(
      `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, ...choice }], ...more })}\n\n`,
    );
  }
}
