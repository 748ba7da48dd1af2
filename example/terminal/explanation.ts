import type { Explanation } from "convex-durable-agents";

/** An explanation in lines for a person. */
export function linesOf({ at, state, waitsFor, waitsUntil, error, ...rest }: Explanation): string[] {
  const { turn, steps, attempt, maxAttempts, pendingCalls, limits, transitions } = rest;
  const seconds = waitsUntil === null ? null : Math.max(0, Math.ceil((waitsUntil - at) / 1_000));
  return [
    `It is ${state}, in turn ${turn} after ${steps} steps, at attempt ${attempt} of ${maxAttempts}.`,
    `It waits for ${waitsFor ?? "you"}${seconds === null ? "" : `, for ${seconds} s at the longest`}.`,
    ...(error ? [`What failed last: ${error.message}`] : []),
    ...pendingCalls.calls.map((call) => `The call of ${call.toolName} is ${call.state}.`),
    ...limits.map(({ limit, used, max }) => `Of ${limit} it has used ${used} of ${max}.`),
    ...transitions.map(({ event, from, to }) => `${event}: ${from} → ${to}`),
  ];
}
