import { expect } from "vitest";
import { setScript } from "../support/app/model.js";
import { passTime, stopClock } from "./clock.js";
import { withoutLimits } from "./commits.js";
import type { Costs } from "./ledger.js";
import type { Subject } from "./subject.js";
import { CHUNK, scriptOf, setToolTime, type Workload } from "./workloads.js";

/** What a workload cost, clean-up included. */
export interface Measurement extends Costs {
  clientBytes: number;
}

/** A measurement, and where it comes from. */
export interface Measured {
  costs: Measurement;
  byFunction: Record<string, Costs>;
  bySubscription: Record<string, number>;
  /** What it took to open the threads: the clients' first answers, and the queries behind them. */
  opening: Measurement;
  /** From the first message until a client sees the answer begin, and until none receives anything more, in milliseconds. */
  times: { firstText: number; turn: number };
}

/**
 * Has a subject do a workload, and measures it from the first message until nothing is scheduled any more.
 *
 * @param callMs - how long each call takes, in milliseconds.
 */
export async function measure(subject: Subject, workload: Workload, callMs = 0): Promise<Measured> {
  const deployment = await subject.open();
  try {
    const { ledger, audience, manager } = deployment;
    setScript(scriptOf(workload));
    setToolTime(workload);
    const threads: string[] = [];
    for (let i = 0; i < workload.threads; i++)
      threads.push(
        await withoutLimits(manager, () => subject.createThread(deployment, workload.messagesBefore)),
      );
    ledger.reset();
    for (const threadId of threads) await audience.follow(threadId, subject.reader(threadId));
    const opening = { ...ledger.clientCosts(), clientBytes: audience.bytes };
    ledger.reset();
    audience.reset(CHUNK);
    ledger.callMs = callMs;

    const start = Date.now();
    const sent = threads.map((threadId) => subject.send(deployment, threadId));
    await passTime();
    await Promise.all(sent);
    ledger.callMs = 0;
    const costs = { ...ledger.costs(), clientBytes: audience.bytes };
    const { firstSeen, lastSeen } = audience.times();
    const times = { firstText: firstSeen! - start, turn: lastSeen - start };
    const where = { byFunction: ledger.byFunction(), bySubscription: audience.bySubscription() };

    await audience.check();
    for (const threadId of threads)
      expect(await subject.outcome(deployment, threadId), `${subject.name}, ${workload.name}`).toEqual(
        workload.outcome,
      );
    return { costs, ...where, opening, times };
  } finally {
    stopClock();
  }
}
