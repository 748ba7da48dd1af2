import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** Types the lines into `npm run chat` and gives back what it prints, without colours. */
function chat(...lines: string[]): string {
  return chatWith({}, ...lines);
}

/** The same, with further environment variables. */
function chatWith(env: Record<string, string>, ...lines: string[]): string {
  const output = execFileSync("npm", ["run", "--silent", "chat"], {
    env: { ...process.env, ...env },
    input: lines.map((line) => `${line}\n`).join(""),
    encoding: "utf8",
    timeout: 100_000,
  });

  return output.replaceAll(/\u001b\[\d*m/g, "");
}

const transcript = (output: string) => output.slice(output.indexOf("Its transcript:"));

test("a conversation with a tool call ends completed, with its transcript printed", () => {
  const output = chat("weather in Paris and Oslo");
  expect(output).toContain("The thread is completed.");
  expect(output).toContain("→ running.tools");
  expect(transcript(output)).toMatchInlineSnapshot(`
    "Its transcript:
    user: weather in Paris and Oslo
    assistant: Let me look that up.
    tool-get_weather {"location":"Paris"} output-available
    tool-get_weather {"location":"Oslo"} output-available
    assistant: Here is what I found:

    - **Paris**: windy, 23 °C
    - **Oslo**: sunny, 25 °C
    The weather tool ran 2 times.
    "
  `);
});

test("with the backend killed in mid-stream, the answer comes once and the tool's side effect happens once", () => {
  const output = chat("weather in Paris", "/kill");
  expect(output).toContain("kill -9");
  expect(output).toContain("attempt 2");
  expect(output).toContain("The thread is completed.");
  expect(transcript(output).match(/Here is what I found/g)).toHaveLength(1);
  expect(transcript(output).match(/get_weather/g)).toHaveLength(1);
  expect(output).toContain("The weather tool ran 1 time.");
});

test("a stopped answer is kept, and the thread resumes", () => {
  const output = chat("long", "/stop", "/resume");
  expect(output).toContain("→ stopped");
  expect(output).toContain("The thread is completed.");
  expect(transcript(output).match(/^assistant: A/gm)).toHaveLength(2);
});

test("an async tool waits for its answer from a person", () => {
  const output = chat("ask me", "/answer blue");
  expect(transcript(output)).toContain("assistant: You told me: blue. Thank you.");
});

test("the same conversation on a workpool", () => {
  const output = chatWith({ AGENT_WORKPOOL: "1" }, "weather in Paris and Oslo");
  expect(output).toContain("The thread is completed.");
  expect(output).toContain("The weather tool ran 2 times.");
});
