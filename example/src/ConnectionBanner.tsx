import { useConvexConnectionState } from "convex/react";

/** Says that the connection is lost. The client reconnects by itself, and the agent works on meanwhile. */
export function ConnectionBanner() {
  const { isWebSocketConnected, hasEverConnected, connectionRetries } = useConvexConnectionState();
  const isLost = !isWebSocketConnected && (hasEverConnected || connectionRetries > 1);
  return (
    <div className="banner-region" role="status">
      {isLost && (
        <p className="banner">
          <span className="pulse" aria-hidden="true" />
          {hasEverConnected
            ? "Connection lost. Reconnecting; what the agent does is not lost."
            : "The backend cannot be reached. Still trying."}
        </p>
      )}
    </div>
  );
}
