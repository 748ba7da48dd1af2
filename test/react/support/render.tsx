import { renderHook } from "@testing-library/react";
import { ConvexProvider } from "convex/react";
import { StrictMode, type ReactNode } from "react";
import type { FakeBackend } from "./fakeBackend.js";

/** Renders a hook under a backend; by default in StrictMode, which runs renders and effects twice. */
export function renderOn<Result, Props = undefined>(
  backend: FakeBackend,
  hook: (props: Props) => Result,
  { initialProps, strict = true }: { initialProps?: NoInfer<Props>; strict?: boolean } = {},
) {
  const wrapper = ({ children }: { children: ReactNode }) => {
    const provided = <ConvexProvider client={backend.client}>{children}</ConvexProvider>;
    return strict ? <StrictMode>{provided}</StrictMode> : provided;
  };
  return renderHook(hook, { wrapper, initialProps });
}
