import { useConvexConnectionState } from "convex/react";

/** Whether the connection is lost: not while the page connects for the first time. */
export function useIsOffline(): boolean {
  const { isWebSocketConnected, hasEverConnected, connectionRetries } = useConvexConnectionState();
  return !isWebSocketConnected && (hasEverConnected || connectionRetries > 1);
}
