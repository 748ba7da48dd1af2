import { describe, expect, test } from "vitest";
import { backoffMs, isRetryable, retryAfterMs, STREAM_BACKOFF, TOOL_BACKOFF } from "../../machines/retry.js";

const ALMOST_ONE = 1 - Number.EPSILON;

describe("backoff", () => {
  test.each([STREAM_BACKOFF, TOOL_BACKOFF])(
    "stays between half the wait and the whole, never over the most (%o)",
    (backoff) => {
      for (let attempt = 1; attempt <= 2_000; attempt++) {
        const full = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (attempt - 1));
        for (const random of [0, 0.25, 0.5, ALMOST_ONE]) {
          const wait = backoffMs(backoff, { attempt, random });
          expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2));
          expect(wait).toBeLessThanOrEqual(full);
        }
      }
    },
  );

  test("grows by its factor until it reaches the most", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) =>
      backoffMs(STREAM_BACKOFF, { attempt, random: ALMOST_ONE }),
    );
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  test("a factor of 1 keeps the wait fixed", () => {
    const fixed = { initialMs: 100, factor: 1, maxMs: 1_000 };
    expect([1, 2, 9].map((attempt) => backoffMs(fixed, { attempt, random: 0 }))).toEqual([50, 50, 50]);
  });

  test("never undercuts what the provider asked for, up to ten minutes", () => {
    const wait = (asked: number) => backoffMs(STREAM_BACKOFF, { attempt: 1, random: 0, retryAfterMs: asked });
    expect(wait(90_000)).toBe(90_000);
    expect(wait(10)).toBe(500);
    expect(wait(86_400_000)).toBe(600_000);
    expect(wait(Infinity)).toBe(600_000);
  });
});

describe("retry-after", () => {
  const now = Date.parse("2024-05-01T12:00:00Z");

  test.each([
    [{ "retry-after": "7" }, 7_000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "1.5" }, 1_500],
    [{ "retry-after": "Wed, 01 May 2024 12:00:30 GMT" }, 30_000],
    [{ "retry-after": "Wed, 01 May 2024 11:59:30 GMT" }, null],
    [{ "retry-after": "-5" }, null],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after-ms": "250", "retry-after": "7" }, 250],
    [{ "retry-after-ms": "soon", "retry-after": "7" }, 7_000],
    [{ "content-type": "text/plain" }, null],
    [{}, null],
    [undefined, null],
  ])("%o asks for %s ms", (headers, expected) => {
    expect(retryAfterMs(headers as Record<string, string> | undefined, now)).toBe(expected);
  });
});

describe("classification", () => {
  const failed = (signal: Partial<Parameters<typeof isRetryable>[0]>) =>
    isRetryable({ message: "", ...signal });

  test("what the provider's package says itself wins", () => {
    expect(failed({ isRetryable: false, statusCode: 503, message: "overloaded" })).toBe(false);
    expect(failed({ isRetryable: true, statusCode: 400 })).toBe(true);
  });

  test("a status that says later is worth another attempt, one that says no is not", () => {
    for (const statusCode of [408, 409, 425, 429, 500, 502, 503, 529])
      expect(failed({ statusCode })).toBe(true);
    for (const statusCode of [400, 401, 403, 404, 413, 422]) {
      expect(failed({ statusCode, message: "overloaded" })).toBe(false);
    }
  });

  test.each([
    "fetch failed",
    "socket hang up",
    "read ECONNRESET",
    "The operation timed out",
    "Overloaded",
    "Rate limit hit",
  ])("without a status, %j is worth another attempt", (message) => expect(failed({ message })).toBe(true));

  test("a system code counts like a message, and anything else is final", () => {
    expect(failed({ systemCode: "ECONNREFUSED", message: "x" })).toBe(true);
    expect(failed({ name: "TypeError", message: "undefined is not a function" })).toBe(false);
  });
});
