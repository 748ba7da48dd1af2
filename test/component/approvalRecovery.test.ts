import { expect, test } from "vitest";
import { program } from "../support/app/programmable.js";
import { api, setup } from "../support/harness.js";
import { callsTool, setAsyncTool, setSyncTool } from "../support/tool.js";

test.each(["sync", "async"])(
  "regression: the executor of a %s call that was approved after a long wait is found dead",
  async (kind) => {
    const app = setup({ crash: { at: 1, when: "before", calls: 0, only: "runAction" } });
    program.run = () => "ran";
    if (kind === "sync") setSyncTool({ needsApproval: true });
    else setAsyncTool({ needsApproval: true });
    callsTool("a");
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    const status = async () => (await app.query(api.getThread, { threadId }))!.status;
    await app.until(async () => (await status()) === "awaiting_tool_results");
    await app.advance(600_000);
    await app.mutation(api.approveToolCall, { toolCallId: "a" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect((await app.transcript(threadId))[1]).toContain("output-error");
  },
);
