import type { LanguageModelV3 } from "@ai-sdk/provider";
import { onTestFinished, vi } from "vitest";
import { testModel } from "../support/app/model.js";
import type { Modules } from "../support/functions.js";
import { setup } from "../support/harness.js";
import schema from "./app/convex/schema.js";

const files = import.meta.glob(["./app/convex/*.ts", "!**/{convex.config,schema}.ts"], { eager: true });

const modules: Modules = Object.fromEntries(
  Object.entries(files).map(([file, module]) => [
    file.replace("/convex/", "/"),
    () => Promise.resolve(module),
  ]),
);

/** The AI SDK's provider of the models that are named by a string: each follows the script. */
const scripted = {
  specificationVersion: testModel.specificationVersion,
  languageModel: (modelId: string): LanguageModelV3 =>
    Object.assign(Object.create(testModel) as LanguageModelV3, { modelId }),
};

/** The app of the documentation, word for word, whose models follow the script of the test. */
export function setupApp() {
  vi.stubGlobal("AI_SDK_DEFAULT_PROVIDER", scripted);
  onTestFinished(() => void vi.unstubAllGlobals());
  const app = setup({ modules, schema });
  /** The rows of a table of the app. */
  const rows = (table: string): Promise<unknown[]> =>
    app.t.run(({ db }) => db.query(table as never).collect());
  return { ...app, rows };
}
