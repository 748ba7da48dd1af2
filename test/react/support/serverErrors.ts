import { ConvexError, type Value } from "convex/values";

/** The stack frames that a development deployment sends. */
export const FRAMES =
  "\n    at handler (../convex/chat.ts:12:9)\n    at async invokeMutation (../convex/chat.ts:3:1)\n";

/** What Convex's client makes of an error that a deployment has sent over its socket. */
export const decorated = (sent: string, name = "M(chat:sendMessage)"): string =>
  `[CONVEX ${name}] [Request ID: 4f2a9c01d7e3b856] Server Error${sent}\n  Called by client`;

/** A ConvexError as it arrives at Convex's client. */
export const fromServer = (data: Value): ConvexError<Value> =>
  Object.assign(
    new ConvexError<Value>(decorated(`\nUncaught ConvexError: ${JSON.stringify(data)}${FRAMES}`)),
    {
      data,
    },
  );
