import { preloadQuery } from "convex/nextjs";
import { api } from "../../../convex/_generated/api";
import { ChatView } from "./ChatView";

export default async function ChatPage({ params }: { params: Promise<{ threadId: string }> }) {
  const { threadId } = await params;
  const preloaded = await preloadQuery(api.chat.getThread, { threadId });
  return <ChatView threadId={threadId} preloaded={preloaded} />;
}
