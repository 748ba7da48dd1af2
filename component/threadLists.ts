import type { IndexRange } from "convex/server";
import type { Infer } from "convex/values";
import type { Doc } from "./_generated/dataModel.js";
import type { QueryCtx } from "./_generated/server.js";
import { fail } from "./errors.js";
import type { vThreadStatus } from "./machineValidators.js";

/** Which threads a list has. */
export interface Listed {
  /** All owners' threads unless told. */
  owner?: string;
  status?: Infer<typeof vThreadStatus>;
  /** Those that were put aside, in place of those that were not. */
  archived?: boolean;
}

/** A place in a list: that of the thread with these times, whether or not it still stands there. */
export interface Place {
  activeAt: number;
  creationTime: number;
}

/** Where every list ends. */
export const END: Place = { activeAt: 0, creationTime: 0 };

export const placeOf = ({ activeAt = 0, _creationTime }: Doc<"threads">): Place => ({
  activeAt,
  creationTime: _creationTime,
});

export const isBeyond = (place: Place, end: Place): boolean =>
  place.activeAt < end.activeAt || (place.activeAt === end.activeAt && place.creationTime < end.creationTime);

/** A place as clients hold it. */
export const toCursor = ({ activeAt, creationTime }: Place): string => `${activeAt}:${creationTime}`;

/**
 * The place that a cursor stands for.
 *
 * @throws invalid_cursor
 */
export function fromCursor(cursor: string): Place {
  const [activeAt, creationTime] = cursor.split(":").map((part) => (part === "" ? NaN : Number(part)));
  // Convex's hooks begin anew where an error has this word.
  if (!Number.isFinite(activeAt) || !Number.isFinite(creationTime))
    throw fail("invalid_cursor", "InvalidCursor: this is not a place in a list of threads.");
  return { activeAt: activeAt!, creationTime: creationTime! };
}

/** The threads of a list that come after a place, the most recently active first. */
export async function* threadsAfter(
  ctx: QueryCtx,
  listed: Listed,
  start: Place | null,
): AsyncGenerator<Doc<"threads">> {
  if (start)
    yield* threadsIn(ctx, listed, (q) =>
      q.eq("activeAt", start.activeAt).lt("_creationTime", start.creationTime),
    );
  yield* threadsIn(ctx, listed, (q) => q.gte("activeAt", 0).lt("activeAt", start?.activeAt ?? Infinity));
}

/** The end of each of the indexes. */
interface ByActivity {
  eq(field: "activeAt", value: number): { lt(field: "_creationTime", value: number): IndexRange };
  gte(field: "activeAt", value: number): { lt(field: "activeAt", value: number): IndexRange };
}

function threadsIn(ctx: QueryCtx, { owner, status, archived }: Listed, range: (q: ByActivity) => IndexRange) {
  const threads = ctx.db.query("threads");
  const aside = archived === true ? true : undefined;
  const found =
    owner === undefined
      ? status === undefined
        ? threads.withIndex("by_activity", (q) => range(q.eq("archived", aside)))
        : threads.withIndex("by_status", (q) => range(q.eq("archived", aside).eq("status", status)))
      : status === undefined
        ? threads.withIndex("by_owner", (q) => range(q.eq("owner", owner).eq("archived", aside)))
        : threads.withIndex("by_owner_status", (q) =>
            range(q.eq("owner", owner).eq("archived", aside).eq("status", status)),
          );
  return found.order("desc");
}
