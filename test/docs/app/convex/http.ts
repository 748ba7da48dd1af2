import { httpRouter } from "convex/server";
import { internal } from "./_generated/api";
import { httpAction } from "./_generated/server";

const http = httpRouter();

http.route({
  path: "/shipped",
  method: "POST",
  handler: httpAction(async (ctx, request) => {
    // Check here that the request is signed by who should send it.
    const event = (await request.json()) as { id: string; threadId: string; text: string };
    const message = { threadId: event.threadId, prompt: event.text, key: event.id };
    await ctx.runMutation(internal.background.sendMessage, message);
    return new Response();
  }),
});

export default http;
