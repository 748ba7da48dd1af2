import type { Auth } from "convex/server";

/** Whose threads a caller has. Everybody who has not signed in shares the guest's; an app that wants none returns null. */
export const ownerOf = async (ctx: { auth: Auth }): Promise<string> =>
  (await ctx.auth.getUserIdentity())?.subject ?? "guest";
