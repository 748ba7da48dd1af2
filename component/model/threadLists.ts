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
  /** Default: all threads, whatever the name of their agent. */
  agentName?: string;
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
    ).order("desc");
  yield* threadsIn(ctx, filter, (q) =>
    q.gte("activeAt", 0).lt("activeAt", start?.activeAt ?? Infinity),
  ).order("desc");
}

/** The ends of the indexes, which begin with an agent's name, an owner, both or neither. */
interface ByActivity {
  eq(field: "activeAt", value: number): { lt(field: "_creationTime", value: number): IndexRange };
  gte(field: "activeAt", value: number): { lt(field: "activeAt", value: number): IndexRange };
}
interface ByArchive {
  eq(field: "archived", value: true | undefined): ByActivity;
}
interface ByArchiveAndStatus {
  eq(
    field: "archived",
    value: true | undefined,
  ): { eq(field: "status", value: Doc<"threads">["status"]): ByActivity };
}

/** An index has no wildcard: each combination of name, owner and status has its own. */
function threadsIn(
  ctx: QueryCtx,
  { owner, agentName, status, archived }: ListFilter,
  range: (q: ByActivity) => IndexRange,
) {
  const threads = ctx.db.query("threads");
  const isArchived = archived === true ? true : undefined;
  const byActivity = (q: ByArchive) => range(q.eq("archived", isArchived));
  if (status === undefined) {
    if (agentName === undefined)
      return owner === undefined
        ? threads.withIndex("by_activity", byActivity)
        : threads.withIndex("by_owner", (q) => byActivity(q.eq("owner", owner)));
    return owner === undefined
      ? threads.withIndex("by_name", (q) => byActivity(q.eq("agentName", agentName)))
      : threads.withIndex("by_name_owner", (q) =>
          byActivity(q.eq("agentName", agentName).eq("owner", owner)),
        );
  }
  const byStatus = (q: ByArchiveAndStatus) => range(q.eq("archived", isArchived).eq("status", status));
  if (agentName === undefined)
    return owner === undefined
      ? threads.withIndex("by_status", byStatus)
      : threads.withIndex("by_owner_status", (q) => byStatus(q.eq("owner", owner)));
  return owner === undefined
    ? threads.withIndex("by_name_status", (q) => byStatus(q.eq("agentName", agentName)))
    : threads.withIndex("by_name_owner_status", (q) =>
        byStatus(q.eq("agentName", agentName).eq("owner", owner)),
      );
}
