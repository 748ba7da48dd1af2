/** Callbacks of the app that are called one after another, in order, while the action goes on. None of them throws. */
export class CallbackQueue {
  private last: Promise<void> = Promise.resolve();

  add(call: () => Promise<void>): void {
    this.last = this.last.then(call);
  }

  /** Waits until all have been called. */
  settle(): Promise<void> {
    return this.last;
  }
}
