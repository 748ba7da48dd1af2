/** A snapshot whose state goes by its name. */
export interface NamedSnapshot {
  state: string;
  context: Record<string, unknown>;
}

/** One pure function a version: `migrations[n]` turns a snapshot of version n into one of version n + 1. */
export type Migrations = Record<number, (snapshot: NamedSnapshot) => NamedSnapshot>;

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

/**
 * Brings a snapshot to a later version, one step at a time.
 *
 * @param from - the version that wrote it.
 * @param to - the current version.
 * @throws SnapshotVersionError when it is newer than the current version, or a migration is missing.
 */
export function migrate(
  snapshot: NamedSnapshot,
  { from, to, migrations }: { from: number; to: number; migrations: Migrations },
): NamedSnapshot {
  if (from > to) throw new SnapshotVersionError(from, to);
  let migrated = snapshot;
  for (let version = from; version < to; version++) {
    const next = migrations[version];
    if (!next) throw new SnapshotVersionError(from, to);
    migrated = next(migrated);
  }
  return migrated;
}
