/** How often the watchdog looks at a running thread, in milliseconds. */
export const WATCH_INTERVAL_MS = 10_000;

/** A handler that neither writes nor beats for this long, in milliseconds, has lost its lease. */
export const LEASE_MS = 60_000;
