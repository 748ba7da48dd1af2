import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers";
import { vi } from "vitest";

/** A date, so that every run sees the same times. */
const EPOCH = Date.UTC(2026, 0, 1);

/** No workload needs as many timers; one that does is stuck. */
const MAX_TIMERS = 200_000;

let setTimer: (callback: () => void, ms: number) => unknown = () => {};

/** Waits, also where Convex knows no timers. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimer(resolve, ms));

/** Lets time pass only when `passTime` says so. A callback belongs to the function that set its timer. */
export function startClock(): void {
  vi.useRealTimers();
  vi.useFakeTimers({
    now: EPOCH,
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
  setTimer = globalThis.setTimeout;
  for (const name of ["setTimeout", "setInterval"] as const) {
    const set = globalThis[name] as (callback: () => void, ms?: number) => unknown;
    Object.assign(globalThis, {
      [name]: (callback: () => void, ms?: number) => set(AsyncLocalStorage.bind(callback), ms),
    });
  }
}

/** Gives real time back. */
export function stopClock(): void {
  vi.useRealTimers();
}

/** Lets time pass, timer by timer, until nothing is scheduled any more. */
export async function passTime(): Promise<void> {
  await settle();
  for (let fired = 0; vi.getTimerCount() > 0; fired++) {
    if (fired > MAX_TIMERS) throw new Error("The workload does not come to an end.");
    await vi.advanceTimersToNextTimerAsync();
    await settle();
  }
}

/** Lets all that is under way run as far as it can without time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}
