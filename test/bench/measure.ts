import { expect } from "vitest";
import { setScript } from "../support/app/model.js";
import { passTime, stopClock } from "./clock.js";
import type { Costs } from "./ledger.js";
import type { Subject } from "./subject.js";
import { scriptOf, type Workload } from "./workloads.js";

/** What a workload cost, clean-up included. */
export interface Measurement extends Costs {
  clientBytes: number;
}

/** A measurement, and where it comes from. */
export interface Measured {
  costs: Measurement;
  byFunction: Record<string, Costs>;
  bySubscription: Record<string, number>;
}

/** Has a subject do a workload, and measures it from the first message until nothing is scheduled any more. */
export async function measure(subject: Subject, workload: Workload): Promise<Measured> {
  const deployment = await subject.open();
  try {
    const { ledger, audience } = deployment;
    setScript(scriptOf(workload));
    const threads: string[] = [];
    for (let i = 0; i < workload.threads; i++)
      threads.push(await subject.createThread(deployment, workload.messagesBefore));
    for (const threadId of threads) await audience.follow(threadId, subject.reader(threadId));
    ledger.reset();

    const sent = threads.map((threadId) => subject.send(deployment, threadId));
    await passTime();
    await Promise.all(sent);
    const costs = { ...ledger.costs(), clientBytes: audience.bytes };
    const where = { byFunction: ledger.byFunction(), bySubscription: audience.bySubscription() };

    await audience.check();
    for (const threadId of threads)
      expect(await subject.outcome(deployment, threadId), `${subject.name}, ${workload.name}`).toEqual(
        workload.outcome,
      );
    return { costs, ...where };
  } finally {
    stopClock();
  }
}
