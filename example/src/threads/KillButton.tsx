import { useEffect, useState } from "react";
import { useIsOffline } from "../useIsOffline";

const KILL_SWITCH = "/demo/kill";

/** Whether the backend lets this page kill it, as that of `npm start` does: others answer with the page, or not at all. */
function useMayKill(): boolean {
  const [mayKill, setMayKill] = useState(false);
  useEffect(() => {
    fetch(KILL_SWITCH).then(
      ({ headers }) => setMayKill(headers.get("Content-Type") === "application/json"),
      () => setMayKill(false),
    );
  }, []);
  return mayKill;
}

/** Kills the backend, so that one sees what becomes of a turn. It is started again at once. */
export function KillButton() {
  const mayKill = useMayKill();
  const isOffline = useIsOffline();
  if (!mayKill) return null;
  // Its answer is the connection's loss, which the page notices anyway.
  const kill = () =>
    void fetch(KILL_SWITCH, { method: "POST", headers: { "X-Demo": "kill" } }).catch(() => {});
  return (
    <button
      type="button"
      className="danger"
      disabled={isOffline}
      title="Ends its process with SIGKILL, in the middle of whatever it does"
      onClick={kill}
    >
      {isOffline ? "The backend is down" : "Kill the backend"}
    </button>
  );
}
