import { usePaginatedQuery } from "convex-helpers/react";
import { api } from "../convex/_generated/api";

export function ThreadList({ onSelect }: { onSelect: (threadId: string) => void }) {
  const { results, loadMore } = usePaginatedQuery(api.chat.paginateThreads, {}, { initialNumItems: 20 });
  return (
    <nav>
      {results.map(({ _id, title = "New chat" }) => (
        <button key={_id} onClick={() => onSelect(_id)}>
          {title}
        </button>
      ))}
      <button onClick={() => loadMore(20)}>More</button>
    </nav>
  );
}
