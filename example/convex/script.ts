import { APICallError, type LanguageModelV3Prompt } from "@ai-sdk/provider";

/** What the scripted model says in one step. */
export interface Answer {
  reasoning?: string;
  text?: string;
  /** How many words come at once. Default: 1. */
  wordsAtOnce?: number;
  toolCalls?: { name: string; input: unknown }[];
  /** Thrown after the text, as a provider that fails in mid-answer does. */
  error?: Error;
}

interface Rule {
  when: RegExp;
  /** `attempt` counts the attempts at the step, from 1; `system` is the system prompt. */
  answer: (typed: string, results: string[], attempt: number, system: string) => Answer;
}

const HELP = `I follow a script, so that this example runs without a key. Try:

- **weather in Paris and Oslo** calls a tool, several at once
- **ask me** calls a tool that you answer
- **book** calls a tool that you have to approve
- **export** calls a tool that fails
- **research** calls a tool that shows how far it has come, and what it has found
- **who am I** says what the agent knows of you
- **think** reasons before it answers, and **think hard** does so at length
- **format** shows a table, code, a quote, lists, and a text from right to left
- **long** answers at length, to stop, reload or kill in the middle; **very long** says 200 kB
- **flaky** fails once on the way and is retried; a **flaky tool** does the same; **broken** fails for good`;

const PARAGRAPH =
  "A durable turn is a row in a table and a job in a queue, changed together or not at all. " +
  "When the process that was writing this sentence dies, the row still says who was writing it, and a watchdog " +
  "that nobody had to start notices the silence and hands the step to somebody else. ";

const FORMATTED = `## Where a turn is kept

| table | one row for each | written by | read by | kept until | in a fork | indexed by | size |
| :-- | :-- | :-- | :-- | :-- | :-: | :-- | --: |
| \`threads\` | thread, with its machine's snapshot | every transition | \`getThread\` | it is deleted | copied | owner, status | 1 KiB |
| \`messages\` | step of a turn, and user's message | the commit of a step | \`listMessages\` | its thread is deleted | copied | turn and step | 4 KiB |

The commit of a step is one transaction, and [\`dispatch\`](https://docs.convex.dev/database) is the only one who writes it:

\`\`\`ts
const next = stepThread(thread.snapshot, { type: "STREAM_FINISHED", generation, finishReason, toolCalls, usage, at: Date.now() });
for (const effect of next.effects) await runEffect(ctx, thread, effect);
\`\`\`

> A row says who writes this sentence.
>
> > And when the writer dies, the row still says so.

1. Stop it, reload the page, or kill the backend.
   - What was shown stays.
   - Nothing is sent twice, not even \`thread_a_very_long_identifier_that_has_no_place_where_it_could_be_broken_into_two_rows\`.
2. Watch it go on.

![A picture from elsewhere](https://pictures.invalid/?said=something)

- [x] stored
- [ ] answered

---

הסיכום: כל צעד נשמר בשורה אחת, ו־\`dispatch\` כותב אותה.

- השורה הראשונה
- השורה השנייה`;

/** About as much as a model ever says, in characters, and how it still comes to an end within half a minute. */
const VERY_LONG = { length: 200_000, wordsAtOnce: 60 };

const SECTION = `## A section

${PARAGRAPH}

- **one** thing
- \`another\` one

\`\`\`ts
const turn = await ctx.db.get(turnId); // as it was left
if (turn === null) throw new Error("There is no turn.");
\`\`\`

`;

const veryLong = (piece: string): Answer => ({
  text: piece.repeat(Math.ceil(VERY_LONG.length / piece.length)),
  wordsAtOnce: VERY_LONG.wordsAtOnce,
});

/** Long enough to read why, and how long it still takes. */
const RETRY_AFTER = { "retry-after": "3" };

const RULES: Rule[] = [
  {
    when: /weather/i,
    answer: (typed, results) => {
      if (results.length > 0) return { text: `Here is what I found:\n\n${results.map(line).join("\n")}` };
      const places = (/\bin (.+?)[.?!]*$/i.exec(typed)?.[1] ?? "Paris").split(/,| and /i);
      return {
        reasoning: "The weather is not something I know by heart. I have a tool for it.",
        text: "Let me look that up. ",
        toolCalls: places
          .map((place) => place.trim())
          .filter(Boolean)
          .map((location) => ({ name: "get_weather", input: { location } })),
      };
    },
  },
  {
    when: /\bask\b/i,
    answer: (_typed, results) =>
      results.length > 0
        ? { text: `You told me: ${results.join(", ")}. Thank you.` }
        : {
            text: "There is something only you can tell me. ",
            toolCalls: [{ name: "ask_person", input: { question: "What is your favourite colour?" } }],
          },
  },
  {
    when: /\bbook\b/i,
    answer: (_typed, results) =>
      results.length > 0
        ? { text: `So it is: ${results.join(", ")}` }
        : {
            text: "I can do that, if you let me. ",
            toolCalls: [{ name: "book_table", input: { restaurant: "Chez Nous", people: 2 } }],
          },
  },
  {
    when: /\bexport\b/i,
    answer: (_typed, results) =>
      results.length > 0
        ? { text: `That did not work: ${results.join(", ")}` }
        : { text: "I will export it. ", toolCalls: [{ name: "export_report", input: { name: "Q3" } }] },
  },
  {
    when: /\bresearch\b/i,
    answer: (_typed, results) =>
      results.length > 0
        ? { text: "I have read all of it, and found nothing that you do not know." }
        : { text: "That takes a moment. ", toolCalls: [{ name: "read_archive", input: { pages: 8 } }] },
  },
  {
    when: /\bwho am i\b/i,
    answer: (_typed, _results, _attempt, system) => ({
      text: `You are **${/You talk to (.*)\./.exec(system)?.[1] ?? "somebody"}**. Nobody else sees this thread.`,
    }),
  },
  {
    when: /\bthink hard\b/i,
    answer: () => ({
      reasoning: PARAGRAPH.repeat(2),
      text: "I thought hard, and it is still **forty-two**.",
    }),
  },
  {
    when: /\bthink\b/i,
    answer: () => ({
      reasoning: "First I consider the question. Then I consider that this is a script. Then I answer.",
      text: "I thought about it, and the answer is **forty-two**.",
    }),
  },
  { when: /\bformat\b/i, answer: () => ({ text: FORMATTED }) },
  { when: /\bvery long, in plain text\b/i, answer: () => veryLong(`${PARAGRAPH}\n\n`) },
  { when: /\bvery long\b/i, answer: () => veryLong(SECTION) },
  { when: /\blong\b/i, answer: () => ({ text: PARAGRAPH.repeat(6) }) },
  {
    when: /\bflaky tool\b/i,
    answer: (_typed, results) =>
      results.length > 0
        ? { text: `It worked, at the second attempt.` }
        : { text: "I will ask the service. ", toolCalls: [{ name: "get_quote", input: {} }] },
  },
  {
    when: /\bflaky\b/i,
    answer: (_typed, _results, attempt) =>
      attempt === 1
        ? {
            text: "This will not",
            error: providerError(503, "The scripted provider is overloaded.", RETRY_AFTER),
          }
        : { text: `It worked, at attempt ${attempt}.` },
  },
  {
    when: /\bbroken\b/i,
    answer: () => ({
      text: "This is as far as I get, since the provider is about to refuse what I was going to say next: ",
      error: providerError(400, "The scripted provider refuses this request."),
    }),
  },
];

/** What the script says to a prompt: to its last user message, and to the tool results that came since. */
export function answer(prompt: LanguageModelV3Prompt, attempt: number): Answer {
  const lastUser = prompt.findLastIndex(({ role }) => role === "user");
  const typed = textOf(prompt[lastUser]);
  const rule = RULES.find(({ when }) => when.test(typed));
  return rule
    ? rule.answer(typed, resultsAfter(prompt, lastUser), attempt, systemOf(prompt))
    : { text: `You said: *${typed}*\n\n${HELP}` };
}

const systemOf = (prompt: LanguageModelV3Prompt): string =>
  prompt.flatMap(({ role, content }) => (role === "system" ? [content] : [])).join(" ");

function textOf(message: LanguageModelV3Prompt[number] | undefined): string {
  if (message?.role !== "user") return "";
  return message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join(" ");
}

function resultsAfter(prompt: LanguageModelV3Prompt, index: number): string[] {
  return prompt.slice(index + 1).flatMap((message) => {
    if (message.role !== "tool") return [];
    return message.content.flatMap((part) => {
      if (part.type !== "tool-result") return [];
      const { output } = part;
      return [
        "value" in output
          ? typeof output.value === "string"
            ? output.value
            : JSON.stringify(output.value)
          : "",
      ];
    });
  });
}

/** A weather result as a line of a list. */
function line(result: string): string {
  if (!result.startsWith("{")) return `- ${result}`;
  const { location, weather, temperature } = JSON.parse(result) as Record<string, string | number>;
  return `- **${location}**: ${weather}, ${temperature} °C`;
}

const providerError = (statusCode: number, message: string, responseHeaders: Record<string, string> = {}) =>
  new APICallError({ message, url: "scripted://model", requestBodyValues: {}, statusCode, responseHeaders });
