import { render, screen } from "@testing-library/react";
import { ThreadInspector } from "convex-durable-agents/devtools";
import { ConvexProvider } from "convex/react";
import { StrictMode, type ReactNode } from "react";
import { FakeBackend } from "./fakeBackend.js";
import { ANSWERS, api } from "./inspected.js";

/** The inspector of the backend's thread, with all of the agent's functions. */
export const inspector = <ThreadInspector api={api} threadId="t" />;

export const region = (name: string) => screen.getByRole("region", { name });
export const button = (name: string | RegExp) => screen.getByRole("button", { name });
/** A state of the diagram. */
export const state = (name: string) => button(new RegExp(`^${name}[,.]`));

/** What `anyApi` leads to where the app exports no such function. */
export const notFound = (name: string) => () => {
  throw new Error(
    `[CONVEX Q(chat:${name})] Server Error\nCould not find public function for 'chat:${name}'.`,
  );
};

/** A backend with one thread, whose log has a step that asked for tools. */
export function inspectedBackend(): FakeBackend {
  const backend = new FakeBackend();
  for (const [name, answer] of Object.entries(ANSWERS)) backend.queries[`chat:${name}`] = () => answer;
  return backend;
}

/** Shows something under a backend, and lets it load. */
export async function show(backend: FakeBackend, shown: ReactNode) {
  const view = render(
    <StrictMode>
      <ConvexProvider client={backend.client}>{shown}</ConvexProvider>
    </StrictMode>,
  );
  await backend.settle();
  return view;
}
