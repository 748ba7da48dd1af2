import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { test } from "vitest";

/** Enters the lines into `npm run chat` and gives back what it prints, without colours. */
async function chat(...lines: string[]): Promise<string> {
  return withoutColors((await chatWith({}, ...lines)).output);
}

/** The same with further environment variables, as it is printed, with the exit code. */
async function chatWith(env: Record<string, string>, ...lines: string[]) {
  const child = spawn("npm", ["run", "--silent", "chat"], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  return { output: await text(child.stdout), exitCode: await ended };
}

const withoutColors = (output: string) => output.replaceAll(/\u001b\[\d*m/g, "");
const transcript = (output: string) => output.slice(output.indexOf("Its transcript:"));
/** What is printed from a line that was entered on, up to the transcript. */
const answerTo = (output: string, line: string) =>
  output.slice(output.indexOf(`> ${line}\n`), output.indexOf("Its transcript:"));

test.concurrent(
  "its own first suggestion is printed as it goes, each word once and the reasoning dim",
  async ({ expect }) => {
    const { output, exitCode } = await chatWith({ FORCE_COLOR: "1" }, "weather in Paris and Oslo");
    expect(exitCode).toBe(0);
    const plain = withoutColors(output);
    expect(
      answerTo(plain, "weather in Paris and Oslo")
        .split("\n")
        .filter((line) => !line.startsWith("  ")),
    ).toMatchInlineSnapshot(`
    [
      "> weather in Paris and Oslo",
      "The weather is not something I know by heart. I have a tool for it.",
      "Let me look that up. ",
      "Here is what I found:",
      "",
      "- **Paris**: windy, 23 °C",
      "- **Oslo**: sunny, 25 °C",
      "",
      "The thread is completed. ",
    ]
  `);
    // Each piece of the reasoning comes between the code for dim and the one for plain.
    const dim = [...output.matchAll(/\u001b\[2m(.*?)\u001b\[0m/gs)].map(([, text]) => text).join("");
    expect(dim).toContain("The weather is not something I know by heart. I have a tool for it.");
    expect(dim).not.toContain("Let me look that up");
    expect(plain).toContain("→ running.tools");
    expect(transcript(plain)).toMatchInlineSnapshot(`
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
  },
);

test.concurrent(
  "with the backend killed in mid-stream, the answer comes once and the tool's side effect happens once",
  async ({ expect }) => {
    const output = await chat("weather in Paris", "/kill");
    expect(output).toContain("kill -9");
    // One of the two steps was tried twice: three generations.
    expect(output).toContain("→ settled.completed (generation 3,");
    expect(output).toContain("The thread is completed.");
    expect(transcript(output).match(/Here is what I found/g)).toHaveLength(1);
    expect(transcript(output).match(/get_weather/g)).toHaveLength(1);
    expect(output).toContain("The weather tool ran 1 time.");
  },
);

test.concurrent("a stopped answer is kept, and the thread resumes", async ({ expect }) => {
  const output = await chat("long", "/stop", "/resume");
  expect(output).toContain("→ settled.stopped");
  expect(output).toContain("The thread is completed.");
  expect(transcript(output).match(/^assistant: A/gm)).toHaveLength(2);
});

test.concurrent("a person reads how to answer, to approve and to deny, and does", async ({ expect }) => {
  const output = await chat("ask me", "/answer blue", "book", "/deny too dear", "book again", "/approve");
  expect(output).toContain("  ? What is your favourite colour?\n    Answer with: /answer TEXT\n");
  expect(output).toContain(
    '? book_table({"people":2,"restaurant":"Chez Nous"}) needs your approval.\n    Let',
  );
  const answers = transcript(output);
  expect(answers).toContain("assistant: You told me: blue. Thank you.");
  expect(answers).toContain("assistant: So it is: too dear");
  expect(answers).toContain('assistant: So it is: {"booked":"Chez Nous, a table for 2"}');
});

test.concurrent("piped lines come to their end, whatever they meet", async ({ expect }) => {
  const lines = [
    "/stop",
    "/answer nobody",
    "/approve",
    "/kill",
    "/resume",
    "/dance",
    "broken",
    "/explain",
    "ask me",
    "hello",
  ];
  const output = await chat(...lines);
  expect(answerTo(output, "/answer nobody")).toMatch(/^.*\n {2}Nothing is asked\.\n/);
  expect(answerTo(output, "/approve")).toMatch(/^.*\n {2}Nothing needs your approval\.\n/);
  expect(answerTo(output, "/resume")).toMatch(/^.*\n {2}The thread has no message to go on from/);
  expect(answerTo(output, "/dance")).toMatch(/^.*\n {2}There is no command \/dance\.\n[^]*\/answer TEXT/);
  expect(answerTo(output, "broken")).toMatch(
    /→ settled.failed .*: The scripted provider refuses this request\.\n/,
  );
  expect(answerTo(output, "/explain")).toMatch(
    /^.*\n {2}It is settled\.failed, in turn 1 .*\n {2}It waits for you\.\n {2}What failed last: .*\n[^]*STREAM_FAILED: running\.streaming → settled\.failed\n/,
  );
  expect(answerTo(output, "hello")).toContain("The input is over, and the agent waits for a person.");
  expect(output).toContain("The thread is awaiting_tool_results.");
});

test.concurrent("a backend that dies ends the chat", async ({ expect }) => {
  const { output, exitCode } = await chatWith({ EMBEDDED_APP: "no/such/app.ts" }, "hello");
  expect(output).toContain("The backend has ended with code 1.");
  expect(exitCode).toBe(1);
});

test.concurrent("the same conversation on a workpool", async ({ expect }) => {
  const { output } = await chatWith({ AGENT_WORKPOOL: "1" }, "weather in Paris and Oslo");
  expect(output).toContain("The thread is completed.");
  expect(output).toContain("The weather tool ran 2 times.");
});
