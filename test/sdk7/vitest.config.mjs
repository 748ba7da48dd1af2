import path from "node:path";
import { defineConfig, mergeConfig } from "vitest/config";
import own from "../../vitest.config.ts";

/** Resolves the AI SDK to the one that is installed in this folder, whoever imports it. */
const aiSdk7 = {
  name: "ai-sdk-7",
  enforce: "pre",
  resolveId(source) {
    if (!/^(ai|@ai-sdk\/[\w-]+)(\/|$)/.test(source)) return null;
    return this.resolve(source, path.join(import.meta.dirname, "package.json"), { skipSelf: true });
  },
};

export default mergeConfig(
  own,
  defineConfig({ root: path.join(import.meta.dirname, "../.."), plugins: [aiSdk7] }),
);
