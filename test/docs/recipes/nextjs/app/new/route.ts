import { fetchMutation } from "convex/nextjs";
import { api } from "../../convex/_generated/api";

/** Creates a thread with its first message on the server, and leads to its page. */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData();
  const prompt = String(form.get("prompt"));
  const threadId = await fetchMutation(api.chat.createThread, { prompt });
  return Response.redirect(new URL(`/chat/${threadId}`, request.url), 303);
}
