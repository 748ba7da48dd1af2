import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";

test("a prompt is answered", async () => {
  const { mutation, settle, transcript } = setup();
  setScript([[...says("Hello there."), ...ends()]]);
  const threadId = await mutation(api.createThread, { prompt: "Hi" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(await transcript(threadId)).toEqual(["user: Hi", "assistant: Hello there."]);
});

test("tools run between the steps of a turn, several at once", async () => {
  const { mutation, settle, transcript } = setup();
  setScript([
    [
      ...says("Recording."),
      ...calls("record", { key: "a" }, "1"),
      ...calls("record", { key: "b" }, "2"),
      ...ends("tool-calls"),
    ],
    [...says("Done."), ...ends()],
  ]);
  const threadId = await mutation(api.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(await transcript(threadId)).toEqual([
    "user: Go",
    "assistant: Recording.",
    'tool-record output-available {"recorded":"a"}',
    'tool-record output-available {"recorded":"b"}',
    "assistant: Done.",
  ]);
  expect(sideEffects).toEqual(["a", "b"]);
  expect(modelCalls[1]!.prompt.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool"]);
});
