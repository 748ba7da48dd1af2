import type { IndexRange } from "convex/server";
import type { Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import type { vThreadStatus } from "../validators/machine.js";
import type { ThreadPlace } from "../validators/thread.js";

/** Which threads a list has. */
export interface ListFilter {
  /** Default: all owners' threads. */
  owner?: string;
  status?: Infer<typeof vThreadStatus>;
  /** Archived threads in place of the others. */
  archived?: boolean;
}

/** Where every list ends. */
export const END: ThreadPlace = { activeAt: 0, creationTime: 0 };

export const placeInList = ({ activeAt = 0, _creationTime }: Doc<"threads">): ThreadPlace => ({
  activeAt,
  creationTime: _creationTime,
});

export const isBeyond = (place: ThreadPlace, end: ThreadPlace): boolean =>
  place.activeAt < end.activeAt || (place.activeAt === end.activeAt && place.creationTime < end.creationTime);

/** The threads of a list that come after a place, the most recently active first. */
export async function* threadsAfter(
  ctx: QueryCtx,
  filter: ListFilter,
  start: ThreadPlace | null,
): AsyncGenerator<Doc<"threads">> {
  if (start)
    yield* threadsIn(ctx, filter, (q) =>
      q.eq("activeAt", start.activeAt).lt("_creationTime", start.creationTime),
    );
  yield* threadsIn(ctx, filter, (q) => q.gte("activeAt", 0).lt("activeAt", start?.activeAt ?? Infinity));
}

/** The end of each of the indexes. */
interface ByActivity {
  eq(field: "activeAt", value: number): { lt(field: "_creationTime", value: number): IndexRange };
  gte(field: "activeAt", value: number): { lt(field: "activeAt", value: number): IndexRange };
}

function threadsIn(
  ctx: QueryCtx,
  { owner, status, archived }: ListFilter,
  range: (q: ByActivity) => IndexRange,
) {
  const threads = ctx.db.query("threads");
  const isArchived = archived === true ? true : undefined;
  const found =
    owner === undefined
      ? status === undefined
        ? threads.withIndex("by_activity", (q) => range(q.eq("archived", isArchived)))
        : threads.withIndex("by_status", (q) => range(q.eq("archived", isArchived).eq("status", status)))
      : status === undefined
        ? threads.withIndex("by_owner", (q) => range(q.eq("owner", owner).eq("archived", isArchived)))
        : threads.withIndex("by_owner_status", (q) =>
            range(q.eq("owner", owner).eq("archived", isArchived).eq("status", status)),
          );
  return found.order("desc");
}
