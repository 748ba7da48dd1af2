import { useAuthActions } from "@convex-dev/auth/react";
import { Authenticated, AuthLoading, Unauthenticated, useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
import { ChatView } from "./ChatView";

export default function App() {
  return (
    <main>
      <AuthLoading>Loading…</AuthLoading>
      <Unauthenticated>
        <SignIn />
      </Unauthenticated>
      <Authenticated>
        <Chats />
      </Authenticated>
    </main>
  );
}

function SignIn() {
  const { signIn } = useAuthActions();
  return (
    <form action={(data) => void signIn("password", data).catch(alert)}>
      <input name="email" type="email" aria-label="Email" />
      <input name="password" type="password" aria-label="Password" />
      <button name="flow" value="signIn">
        Sign in
      </button>
      <button name="flow" value="signUp">
        Sign up
      </button>
    </form>
  );
}

/** Rendered only once Convex knows who it is, so its queries and mutations have an owner. */
function Chats() {
  const { signOut } = useAuthActions();
  const newest = useQuery(api.chat.listThreads, { limit: 1 })?.[0];
  const createThread = useMutation(api.chat.createThread);
  return (
    <>
      <button onClick={() => void signOut()}>Sign out</button>
      <button onClick={() => void createThread({}).catch(alert)}>New chat</button>
      {newest && <ChatView key={newest._id} threadId={newest._id} />}
    </>
  );
}
