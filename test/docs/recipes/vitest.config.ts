import { mergeConfig } from "vitest/config";
import shown from "./testing/vitest.config.js";

const conditions = ["@convex-dev/component-source"];

/** The configuration that docs/recipes/testing.md shows, with this repository's sources in the place of the built package. */
export default mergeConfig(shown, {
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { testTimeout: 30_000, silent: "passed-only", include: ["apps/**/*.test.ts", "tests/*.test.ts"] },
});
