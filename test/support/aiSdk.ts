import * as ai from "ai";

/** Whether the tests run with AI SDK 7, as those of test/sdk7 do, and not with 6. */
export const isAiSdk7 = "isStepCount" in ai;
