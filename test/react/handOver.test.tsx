import fc from "fast-check";
import { useThread } from "convex-durable-agents/react";
import { cleanup } from "@testing-library/react";
import { expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { delta, FakeChat, text } from "./support/fakeChat.js";
import { renderOn } from "./support/render.js";

/** One thread that is moved along at random, and what a reader should see of it. */
class Story {
  readonly chat = new FakeChat();
  /** The words of each turn's committed steps. */
  private readonly committed = [""];
  /** What was streamed of the current attempt, and what of the one before it is still on the screen. */
  private streamed = "";
  private superseded = "";
  private step = 1;
  private generation = 1;

  constructor() {
    this.chat.createThread("t");
    this.begin();
  }

  get shown(): string {
    const live = this.streamed || this.superseded;
    return [...this.committed.slice(0, -1), this.committed.at(-1)! + live].filter(Boolean).join("|");
  }

  readonly moves = {
    say: (word: string) => {
      this.streamed += word;
      this.superseded = "";
      this.chat.flush("t", delta(word));
    },
    retry: () => {
      this.superseded = this.streamed || this.superseded;
      this.streamed = "";
      this.chat.dropStream("t");
      this.chat.move("t", { running: "queued" }, { generation: ++this.generation });
    },
    claim: () => this.open(),
    commit: () => {
      this.keep(false);
      this.step += 1;
      this.chat.move("t", { running: "queued" }, { generation: ++this.generation });
    },
    stop: () => {
      // Of an attempt that was superseded, nothing is kept.
      if (this.streamed) this.keep(true);
      else this.chat.dropStream("t");
      this.superseded = "";
      this.chat.move("t", { settled: "stopped" });
    },
    resume: () => {
      this.committed.push("");
      this.begin();
    },
  };

  private begin(): void {
    this.step = 1;
    this.open();
  }

  private open(): void {
    const turn = this.committed.length;
    this.chat.move("t", { running: "streaming" }, { turn, generation: this.generation });
    this.chat.openStream("t", { turn, step: this.step });
  }

  private keep(partial: boolean): void {
    const turn = this.committed.length;
    this.chat.commitMessage("t", "assistant", { turn, step: this.step, partial }, text(this.streamed));
    this.committed[turn - 1] += this.streamed;
    this.streamed = "";
    this.superseded = "";
  }
}

const word = fc.stringMatching(/^[a-z]{1,4} $/);
const attempt = fc.array(word, { maxLength: 4 });
/** Attempts at a step, then how it ends. */
const step = fc.record({
  attempts: fc.array(attempt, { minLength: 1, maxLength: 3 }),
  isStopped: fc.boolean(),
});

test("whatever a thread goes through, a reader sees each word once and in order, and nothing in between", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const story = new Story();
      const seen: string[] = [];
      renderOn(story.chat, () => {
        const { messages } = useThread(api.chat.listMessagesWithStreams, api.chat.getThread, {
          threadId: "t",
        });
        const words = messages.map(({ parts }) =>
          parts.map((part) => ("text" in part ? part.text : "")).join(""),
        );
        seen.push(words.filter(Boolean).join("|"));
      });
      await story.chat.settle();
      const perform = async (move: () => void) => {
        const before = story.shown;
        seen.length = 0;
        await story.chat.commit(move);
        expect(new Set([before, ...seen])).toEqual(new Set([before, story.shown]));
      };

      for (const [index, { attempts, isStopped }] of steps.entries()) {
        for (const [number, words] of attempts.entries()) {
          if (number > 0) {
            await perform(story.moves.retry);
            await perform(story.moves.claim);
          }
          for (const word of words) await perform(() => story.moves.say(word));
        }
        await perform(isStopped ? story.moves.stop : story.moves.commit);
        if (index < steps.length - 1) await perform(isStopped ? story.moves.resume : story.moves.claim);
      }
      cleanup();
      expect(story.chat.subscribed).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
