import { useContext } from "react";
import { VersionsOf } from "./versions";

/** Leads to the other versions of an edited message, or of a regenerated answer; nothing where there is one. */
export function VersionPager({ place }: { place: string | null }) {
  const versions = useContext(VersionsOf);
  const threads = (place !== null && versions?.byPlace.get(place)) || [];
  const index = versions ? threads.indexOf(versions.threadId) : -1;
  if (!versions || index < 0) return null;
  const go = (to: number) => () => versions.open(threads[to]!);
  return (
    <div className="versions" role="group" aria-label="Versions">
      <button
        type="button"
        className="quiet"
        aria-label="Earlier version"
        disabled={index === 0}
        onClick={go(index - 1)}
      >
        ‹
      </button>
      <span>
        {index + 1} / {threads.length}
      </span>
      <button
        type="button"
        className="quiet"
        aria-label="Later version"
        disabled={index === threads.length - 1}
        onClick={go(index + 1)}
      >
        ›
      </button>
    </div>
  );
}
