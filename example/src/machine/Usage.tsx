import { useQuery } from "convex/react";
import { api } from "../../convex/_generated/api";

const number = new Intl.NumberFormat("en");

/** The tokens that the thread has used: in its last turn, and in all. */
export function Usage({ threadId }: { threadId: string }) {
  const usage = useQuery(api.chat.getUsage, { threadId });
  if (!usage) return null;
  return (
    <div>
      <dt>Tokens</dt>
      <dd>
        {number.format(usage.turn?.tokens.total ?? 0)}
        <small className="muted"> of {number.format(usage.thread.tokens.total)} in all</small>
      </dd>
    </div>
  );
}
