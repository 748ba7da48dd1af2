import { defineConfig } from "vitest/config";

const conditions = ["@convex-dev/component-source"];

/** Tests that wait for other processes: more of them at a time than there are processors. */
const waiting = { maxWorkers: 4, sequence: { groupOrder: 0 } };

/** Tests that keep a processor busy. */
const busy = { maxWorkers: 2, sequence: { groupOrder: 1 } };

/** One project an environment: pure machines in plain Node, everything that runs on Convex under edge-runtime, processes in Node. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "machines",
          ...busy,
          include: ["test/machines/**/*.test.ts"],
          environment: "node",
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "convex",
          ...busy,
          include: ["component/**", "client/**", "chaos/**", "deployment/**", "docs"].map(
            (folder) => `test/${folder}/*.test.ts`,
          ),
          environment: "edge-runtime",
          server: { deps: { inline: ["convex-test", "@convex-dev/workpool", "@convex-dev/batch-worker"] } },
          isolate: false,
          setupFiles: ["test/support/setup.ts"],
          testTimeout: 30_000,
        },
      },
      {
        // What takes long and seldom breaks: very long threads, very many calls, installing the packed package. CI runs it.
        extends: true,
        test: {
          name: "slow",
          ...waiting,
          include: ["test/slow/**/*.test.ts"],
          environment: "edge-runtime",
          setupFiles: ["test/support/setup.ts"],
          server: { deps: { inline: ["convex-test"] } },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "node",
          ...waiting,
          include: ["e2e", "embedded"].map((folder) => `test/${folder}/**/*.test.ts`),
          environment: "node",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "react",
          ...busy,
          include: ["test/react/**/*.test.{ts,tsx}"],
          environment: "happy-dom",
          isolate: false,
          testTimeout: 30_000,
          setupFiles: ["test/react/support/setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          ...waiting,
          include: ["test/browser/**/*.test.ts"],
          environment: "node",
          globalSetup: ["test/browser/support/buildPage.ts"],
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "types",
          ...waiting,
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["test/types/**/*.test-d.ts"],
            tsconfig: "./tsconfig.json",
          },
        },
      },
    ],
  },
});
