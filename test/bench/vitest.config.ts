import { defineConfig } from "vitest/config";

const conditions = ["@convex-dev/component-source"];

/** `npm run bench`: measures every workload and writes docs/operations/costs.md and budgets.json. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/bench/**/*.bench.ts"],
    environment: "edge-runtime",
    server: { deps: { inline: ["convex-test", /convex-durable-agents/, /@convex-dev\/agent/] } },
    // A hundred threads of the others take minutes.
    testTimeout: 900_000,
  },
});
