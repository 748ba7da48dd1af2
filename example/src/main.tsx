import { ConvexProvider, ConvexReactClient } from "convex/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./styles/base.css";
import "./styles/threads.css";
import "./styles/chat.css";
import "./styles/parts.css";
import "./styles/machine.css";

/** A deployment where one is named, such as by `npx convex dev`, or else the backend that serves this page. */
const url = (import.meta.env.VITE_CONVEX_URL as string | undefined) || window.location.origin;
const client = new ConvexReactClient(url);

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <ConvexProvider client={client}>
      <App />
    </ConvexProvider>
  </StrictMode>,
);
