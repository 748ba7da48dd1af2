/** Asks before a thread is gone for good. */
export function DeleteQuestion({ onDelete, onKeep }: { onDelete: () => void; onKeep: () => void }) {
  return (
    <div className="thread-actions" role="group" aria-label="Delete this thread for good?">
      <p>Delete for good?</p>
      <button type="button" className="danger" onClick={onDelete}>
        Delete
      </button>
      <button type="button" className="quiet" autoFocus onClick={onKeep}>
        Keep
      </button>
    </div>
  );
}
