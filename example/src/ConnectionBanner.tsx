import { useConvexConnectionState } from "convex/react";
import { useIsOffline } from "./useIsOffline";

/** Says that the connection is lost. The client reconnects by itself, and the agent works on meanwhile. */
export function ConnectionBanner() {
  const { hasEverConnected } = useConvexConnectionState();
  const isOffline = useIsOffline();
  return (
    <div className="banner-region" role="status">
      {isOffline && (
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
