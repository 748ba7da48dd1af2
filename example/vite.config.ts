import path from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  // The example runs on the package's sources; an app would import what is published.
  resolve: { conditions: ["@convex-dev/component-source", "module", "browser", "development|production"] },
  // `npx convex dev` writes the deployment's address to .env.local. A build takes it from its environment alone, so
  // that a page for the embedded backend does not go elsewhere.
  envDir: command === "serve" ? path.resolve(import.meta.dirname, "..") : false,
  build: { outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 600 },
  plugins: [react()],
}));
