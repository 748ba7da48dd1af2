import type { FunctionVisibility } from "convex/server";
import { v, type ObjectType } from "convex/values";
import { vFirstMessage, vContent, vSent } from "../../component/validators/message.js";
import { vMetadata, vTitle, type Target } from "../../component/validators/thread.js";
import type { ApiContext } from "./apiContext.js";
import type { FileCheckCtx } from "./files.js";

const vNewThread = {
  ...vContent,
  messages: v.optional(v.array(vFirstMessage)),
  key: v.optional(v.string()),
  title: v.optional(vTitle),
  metadata: v.optional(vMetadata),
  messageMetadata: vSent.metadata,
};

/** The user in whose name a function acts. Default: the caller. */
export const vForOwner = { owner: v.optional(v.string()) };

/** The function that creates threads of the caller: for clients. */
export function creationForCaller<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { mutation, ownerOf } = api;
  const create = creator(api);
  return {
    /**
     * Creates a thread of the caller. With a prompt, files or data, starts its first turn. Returns the thread's id.
     *
     * @param messages - earlier messages of the conversation, oldest first: at most 500 and 8 MiB. Default: none.
     * @param key - a key of the client's, 1 to 256 characters: the same key creates one thread, however often it is sent. The
     * `authorizationCallback` is called before an existing thread is returned.
     * @param messageMetadata - what the app says of the first message, as `metadata` does of the thread. Default: nothing.
     * @throws not_authenticated, empty_prompt, prompt_too_large, invalid_file, invalid_data_part, file_not_found, invalid_key, too_many_messages,
     * invalid_title, metadata_too_large, stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
     */
    createThread: mutation({
      args: vNewThread,
      returns: v.string(),
      handler: async (ctx, thread): Promise<string> => create(ctx, await ownerOf(ctx), thread),
    }),
  };
}

/** The same for other functions of the app, which may pass the user whose thread it is to be. */
export function creationForOwner<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { mutation, ownerOf } = api;
  const create = creator(api);
  return {
    /**
     * Creates a thread of an owner. With a prompt, files or data, starts its first turn. Returns the thread's id.
     *
     * @param owner - the user whose thread it is. Default: the caller, or none where the app has no `owner` option.
     */
    createThread: mutation({
      args: { ...vNewThread, ...vForOwner },
      returns: v.string(),
      handler: async (ctx, { owner, ...thread }): Promise<string> =>
        create(ctx, owner ?? (await ownerOf(ctx)), thread),
    }),
  };
}

type NewThread = ObjectType<typeof vNewThread>;

/** Creates threads in the name of an owner. */
function creator<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, agentName, authorize, checkFiles, admit, turnStart } = api;
  return async (ctx: FileCheckCtx, owner: Target["owner"], thread: NewThread): Promise<string> => {
    const { key } = thread;
    const existing =
      key === undefined ? null : await ctx.runQuery(component.threads.byKey, { key, owner, agentName });
    if (existing !== null) return (await authorize(ctx, existing)).threadId;
    await checkFiles(ctx, thread, ...(thread.messages ?? []));
    const { prompt, files, data, messageMetadata: metadata } = thread;
    const startsTurn = (prompt ?? files ?? data) !== undefined;
    const sender = startsTurn ? await admit(ctx, { owner, prompt, files, data, metadata }) : undefined;
    const created = { ...(await turnStart()), ...thread, owner, agentName, sender };
    return ctx.runMutation(component.lifecycle.create, created);
  };
}
