import { SignInButton, UserButton } from "@clerk/react";
import { Authenticated, AuthLoading, Unauthenticated, useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
import { ChatView } from "./ChatView";

export default function App() {
  return (
    <main>
      <AuthLoading>Loading…</AuthLoading>
      <Unauthenticated>
        <SignInButton />
      </Unauthenticated>
      <Authenticated>
        <UserButton />
        <Chats />
      </Authenticated>
    </main>
  );
}

/** Rendered only once Convex has checked Clerk's token, so its queries and mutations have an owner. */
function Chats() {
  const newest = useQuery(api.chat.listThreads, { limit: 1 })?.[0];
  const createThread = useMutation(api.chat.createThread);
  return (
    <>
      <button onClick={() => void createThread({}).catch(alert)}>New chat</button>
      {newest && <ChatView key={newest._id} threadId={newest._id} />}
    </>
  );
}
