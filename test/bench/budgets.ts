import { measure, type Measurement } from "./measure.js";
import { ours } from "./ours/subject.js";
import { SMALL_WORKLOADS } from "./workloads.js";

/** Our counts for each small workload, by its name. */
export type Budgets = Record<string, Measurement>;

/** Measures the small workloads. */
export async function measureSmall(): Promise<Budgets> {
  const budgets: Budgets = {};
  for (const workload of SMALL_WORKLOADS) budgets[workload.name] = (await measure(ours, workload)).costs;
  return budgets;
}
