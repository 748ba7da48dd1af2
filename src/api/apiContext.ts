import {
  getFunctionName,
  type FunctionVisibility,
  type GenericDataModel,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { DEFAULT_TURN_LIMITS, type TurnLimits } from "../../machines/thread/budgets.js";
import { LONGEST_DEADLINE_MS } from "../../component/lib/limits.js";
import type { Agent, Target } from "../../component/validators/thread.js";
import { agentError, isPositiveInteger } from "../errors.js";
import { createHandle, isFunctionReference } from "../tools/functionReference.js";
import type {
  AgentApiOptions,
  ComponentApi,
  EnqueueAction,
  MutationCtx,
  QueryCtx,
  Sending,
  StreamHandler,
} from "../types.js";
import { checkStoredFiles, type FileCheckCtx, type WithFiles } from "./files.js";

/** How an agent's functions are built: as public ones or as internal ones. */
export interface Builders<V extends FunctionVisibility> {
  query: QueryBuilder<GenericDataModel, V>;
  mutation: MutationBuilder<GenericDataModel, V>;
}

/** What the functions of an agent have in common. */
export interface ApiContext<V extends FunctionVisibility> extends Builders<V> {
  component: ComponentApi;
  /** The name that the threads of this API have. Undefined: they may have any, or none. */
  agentName: string | undefined;
  /** Returns the user who calls: null is nobody, who has no threads; undefined where the app has no owners. */
  ownerOf: (ctx: QueryCtx | MutationCtx) => Promise<Target["owner"]>;
  /** Returns the user who sends what a caller sends; undefined is the thread's owner. */
  senderOf: (ctx: QueryCtx | MutationCtx) => Promise<string | undefined>;
  /** Has the app check that the caller may use a thread, and returns the owner that the component has to check. */
  authorize: (ctx: QueryCtx | MutationCtx, threadId: string) => Promise<Target>;
  /**
   * Checks that the files of messages which are in the app's storage are there, and that the app lets the caller send them.
   *
   * @throws file_not_found
   */
  checkFiles: (ctx: FileCheckCtx, ...messages: WithFiles[]) => Promise<void>;
  /** Returns the message that was sent with a key before. Null also where nobody needs to know before it is sent. */
  sentBefore: (ctx: MutationCtx, target: Target, key: string | undefined) => Promise<string | null>;
  /** Has the app admit a message, or a turn that starts without one, and returns who sends it. */
  admit: (ctx: MutationCtx, sending: ToAdmit) => Promise<string | undefined>;
  /**
   * Checks a message to a thread, or a turn that starts without one, with the app, and returns what the component takes with it.
   *
   * @throws file_not_found, stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
   */
  toSend: <Message extends WithFiles>(
    ctx: FileCheckCtx,
    target: Target,
    message: Message,
  ) => Promise<TurnStart & Target & Message & { sender: string | undefined }>;
  /**
   * Returns what comes with each event that can start a turn.
   *
   * @throws stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
   */
  turnStart: () => Promise<TurnStart>;
}

/** What comes with each event that can start a turn. */
interface TurnStart {
  agent: Agent;
  limits: TurnLimits;
}

/** What the app may refuse. */
type ToAdmit = Omit<Sending, "owner" | "sender"> & Pick<Target, "owner">;

/**
 * Checks an agent's options, and prepares what its functions share.
 *
 * @throws invalid_stream_handler, invalid_agent_name, invalid_limits, invalid_transition_log
 */
export function createApiContext<V extends FunctionVisibility>(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions,
  builders: Builders<V>,
): ApiContext<V> {
  if (!isFunctionReference(streamHandler))
    throw agentError(
      "invalid_stream_handler",
      "The stream handler must be a reference such as internal.chat.chatAgentHandler.",
    );
  const agentName = checkName(options.name);
  const limits = checkLimits(options.limits);
  const keepTransitions = transitionsToKeep(options.transitionLog);
  const { workpoolEnqueueAction, toolExecutionWorkpoolEnqueueAction, onStatusChange, beforeSend } = options;
  const ownerOf = async (ctx: QueryCtx | MutationCtx) =>
    options.owner && ((await options.owner(ctx)) || null);
  const senderOf = async (ctx: QueryCtx | MutationCtx) => (await options.sender?.(ctx)) || undefined;
  const authorize = async (ctx: QueryCtx | MutationCtx, threadId: string) => {
    await options.authorizationCallback?.(ctx, threadId);
    return { threadId, owner: await ownerOf(ctx), agentName };
  };
  const checkFiles = (ctx: FileCheckCtx, ...messages: WithFiles[]) =>
    checkStoredFiles(ctx, messages, options.authorizeFile);
  const sentBefore = async (ctx: MutationCtx, target: Target, key: string | undefined) =>
    beforeSend && key !== undefined ? ctx.runQuery(component.messages.byKey, { ...target, key }) : null;
  const admit = async (ctx: MutationCtx, { threadId, owner, ...message }: ToAdmit) => {
    const sender = await senderOf(ctx);
    const known = { threadId, owner: owner ?? undefined, sender: sender ?? owner ?? undefined };
    const { prompt, files, data, metadata } = message;
    await beforeSend?.(ctx, { ...known, prompt, files, data, metadata });
    return sender;
  };
  const bridgeOf = async (reference: EnqueueAction | undefined) =>
    reference && (await createHandle(reference, "workpool_bridge_not_found", "workpool bridge"));
  const turnStart = async () => ({
    agent: {
      streamHandle: await createHandle(streamHandler, "stream_handler_not_found", "stream handler"),
      streamName: getFunctionName(streamHandler),
      pools: {
        stream: await bridgeOf(workpoolEnqueueAction),
        tools: await bridgeOf(toolExecutionWorkpoolEnqueueAction ?? workpoolEnqueueAction),
      },
      statusHandle:
        onStatusChange &&
        (await createHandle(onStatusChange, "status_mutation_not_found", "onStatusChange mutation")),
      keepTransitions,
      sharesThreads: options.sender ? (true as const) : undefined,
    },
    limits,
  });
  const toSend = async <Message extends WithFiles>(ctx: FileCheckCtx, target: Target, message: Message) => {
    await checkFiles(ctx, message);
    const sender = await admit(ctx, { ...target, ...message });
    return { ...(await turnStart()), ...target, ...message, sender };
  };
  const asked = { ownerOf, senderOf, authorize, checkFiles, sentBefore, admit };
  return { ...builders, component, agentName, ...asked, toSend, turnStart };
}

const MAX_NAME_LENGTH = 100;

function checkName(name: string | undefined): string | undefined {
  if (name !== undefined && (name.trim() === "" || name.length > MAX_NAME_LENGTH))
    throw agentError(
      "invalid_agent_name",
      `An agent's name has 1 to ${MAX_NAME_LENGTH} characters, not only space.`,
    );
  return name;
}

function checkLimits(limits: Partial<TurnLimits> | undefined): TurnLimits {
  const checked = { ...DEFAULT_TURN_LIMITS, ...limits };
  const { maxTurnCost, maxThreadCost, ...counts } = checked;
  for (const [name, value] of Object.entries({ maxTurnCost, maxThreadCost }))
    if (value !== null && !(value > 0))
      throw agentError("invalid_limits", `limits.${name} must be a positive number, not ${value}.`);
  for (const [name, value] of Object.entries(counts))
    if (value !== null && !isPositiveInteger(value))
      throw agentError("invalid_limits", `limits.${name} must be a positive whole number, not ${value}.`);
  for (const name of ["maxTurnMs", "maxThreadMs"] as const)
    if ((checked[name] ?? 0) > LONGEST_DEADLINE_MS)
      throw agentError("invalid_limits", `limits.${name} must be at most a year, not ${checked[name]}.`);
  return checked;
}

/** Enough for the last few turns: one with ten steps of tools has about forty transitions. */
const KEPT_TRANSITIONS = 200;

/** The number of transitions in a thread's log; undefined means no log. */
function transitionsToKeep(log: AgentApiOptions["transitionLog"] = true): number | undefined {
  const keep = typeof log === "boolean" ? KEPT_TRANSITIONS : log.keep;
  if (!isPositiveInteger(keep))
    throw agentError(
      "invalid_transition_log",
      `transitionLog.keep must be a positive whole number, not ${keep}.`,
    );
  return log === false ? undefined : keep;
}
