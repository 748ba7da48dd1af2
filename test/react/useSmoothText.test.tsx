import { act, renderHook } from "@testing-library/react";
import { useSmoothText, type UseSmoothTextOptions } from "convex-durable-agents/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const render = (text: string, options?: UseSmoothTextOptions) =>
  renderHook((props: { text: string }) => useSmoothText(props.text, options), { initialProps: { text } });

const pass = (ms: number): void => {
  act(() => void vi.advanceTimersByTime(ms));
};

test("text that is there at first is shown at once", () => {
  const { result } = render("hello");
  expect(result.current).toEqual(["hello", { cursor: 5, isStreaming: false }]);
});

test("text that comes later appears evenly, and all of it", () => {
  const { result, rerender } = render("", { charsPerSec: 100 });
  rerender({ text: "x".repeat(50) });
  expect(result.current).toEqual(["", { cursor: 0, isStreaming: true }]);
  const seen: number[] = [];
  for (let frame = 0; frame < 60; frame++) {
    pass(16);
    seen.push(result.current[1].cursor);
  }
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen[20]).toBeGreaterThan(20);
  expect(seen[20]).toBeLessThan(45);
  expect(result.current).toEqual(["x".repeat(50), { cursor: 50, isStreaming: false }]);
});

test("with startStreaming the first text appears gradually as well", () => {
  const { result } = render("hello", { startStreaming: true });
  expect(result.current[0]).toBe("");
  pass(500);
  expect(result.current[0]).toBe("hello");
});

test("a lump is caught up with, however large it is", () => {
  const { result, rerender } = render("", { charsPerSec: 10 });
  rerender({ text: "x".repeat(10_000) });
  pass(2_000);
  expect(result.current[1].cursor).toBeGreaterThan(8_000);
});

test("text that was replaced is shown from where it differs", () => {
  const { result, rerender } = render("Good night");
  rerender({ text: "Good day, all" });
  expect(result.current[0]).toBe("Good ");
  rerender({ text: "" });
  expect(result.current).toEqual(["", { cursor: 0, isStreaming: false }]);
});

test("people who ask for less motion see all text at once", () => {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query === "(prefers-reduced-motion: reduce)" }));
  const { result, rerender } = render("");
  rerender({ text: "hello" });
  expect(result.current).toEqual(["hello", { cursor: 5, isStreaming: false }]);
  expect(vi.getTimerCount()).toBe(0);
});

test("characters are not cut in two", () => {
  const { result, rerender } = render("", { charsPerSec: 50 });
  rerender({ text: "👋".repeat(10) });
  for (let frame = 0; frame < 40; frame++) {
    pass(16);
    expect(result.current[0]).toBe("👋".repeat(result.current[0].length / 2));
  }
});

test("nothing goes on after the last character, or after the reader left", () => {
  const { rerender, unmount } = render("");
  rerender({ text: "hello" });
  pass(1_000);
  expect(vi.getTimerCount()).toBe(0);
  rerender({ text: "hello again" });
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});
