import type { GenericDataModel, GenericMutationCtx } from "convex/server";
import type { Reader } from "./audience.js";
import type { deploy } from "./deployment.js";
import type { Workload } from "./workloads.js";

export type Deployment = ReturnType<typeof deploy>;

/** Something that does the workloads, and is measured. */
export interface Subject {
  name: string;
  open(): Promise<Deployment>;
  /** Creates a thread with short messages in it, past the functions that are measured. */
  createThread(deployment: Deployment, messages: number): Promise<string>;
  send(deployment: Deployment, threadId: string): Promise<unknown>;
  /** What a client of this thread is subscribed to. */
  reader(threadId: string): Reader;
  /** What the turn has come to. */
  outcome(deployment: Deployment, threadId: string): Promise<Workload["outcome"]>;
}

/** What a seeded message says. */
export const OLD_TEXT = "An earlier message of about eighty bytes, as people and models write them in chats.";

export const PROMPT = "Go on.";

/** How many messages a client asks for a page of. */
export const PAGE_SIZE = 50;

type Work<R> = (ctx: GenericMutationCtx<GenericDataModel>) => Promise<R>;

/** Runs a transaction on a component's tables, past its functions. */
export const inComponent = <R>({ t }: Deployment, name: string, work: Work<R>): Promise<R> =>
  (t as unknown as { runInComponent(path: string, work: Work<R>): Promise<R> }).runInComponent(name, work);
