interface Versioned {
  version: number;
}

/** One pure function a version: `migrations[n]` turns a snapshot of version n into one of version n + 1. */
export type Migrations = Record<number, (snapshot: Versioned) => Versioned>;

/** A stored snapshot comes from a version of the machine that this code does not know. */
export class SnapshotVersionError extends Error {
  override readonly name = "SnapshotVersionError";
  readonly code = "snapshot_version";
  constructor(
    readonly stored: number,
    readonly known: number,
  ) {
    super(
      `This snapshot was written by version ${stored} of the state machine, and this code knows versions 1 to ${known}. ` +
        "Deploy the release that wrote it, or a later one.",
    );
  }
}

/** Brings a stored snapshot to the current version, one step at a time. */
export function migrate(
  stored: Versioned,
  { version, migrations }: { version: number; migrations: Migrations },
): Versioned {
  let snapshot = stored;
  while (snapshot.version < version) {
    const next = migrations[snapshot.version];
    if (!next) throw new SnapshotVersionError(stored.version, version);
    snapshot = { ...next(snapshot), version: snapshot.version + 1 };
  }
  if (snapshot.version !== version) throw new SnapshotVersionError(stored.version, version);
  return snapshot;
}
