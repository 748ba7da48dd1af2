import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  // The example runs on the package's sources; an app would import what is published.
  resolve: { conditions: ["@convex-dev/component-source", "module", "browser", "development|production"] },
  // Where the Convex CLI writes the address of a deployment.
  envDir: "..",
  build: { outDir: "dist", emptyOutDir: true },
  plugins: [react()],
});
