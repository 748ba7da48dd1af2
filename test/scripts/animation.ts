/**
 * Makes docs/screenshots/crash.gif: an answer streams, the backend is killed, it comes back, and the answer goes on to its end.
 *
 *   npm run animation
 */
import { statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ChatPage } from "../browser/support/chatPage.js";
import { toGif, type Frame } from "./gif.js";
import { withExample } from "./withExample.js";

const root = path.resolve(import.meta.dirname, "../..");
const file = path.join(root, "docs/screenshots/crash.gif");
const SIZE = { width: 1180, height: 640 };
const LARGEST = 1_000_000;

/** How long a frame is shown, and the first and the last one, in milliseconds. */
const FRAME_MS = 120;
const STILL_MS = 2_500;

await withExample(async (browser, backend) => {
  const chat = await ChatPage.open(browser, backend.url, { viewport: SIZE });
  await chat.page.addStyleTag({
    content: "* { animation: none !important; caret-color: transparent !important }",
  });
  const frames: Frame[] = [];
  const shoot = async (delay = FRAME_MS) => void frames.push({ png: await chat.page.screenshot(), delay });
  /** Takes pictures until something has happened. */
  const film = async (until: Promise<unknown>, everyMs: number) => {
    let isOver = false;
    const stop = () => (isOver = true);
    void until.then(stop, stop);
    while (!isOver) {
      await shoot();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await until;
  };

  await chat.composer.fill("Tell me a long story");
  await shoot(STILL_MS);
  await chat.composer.press("Enter");
  await chat.button("Simple").click();
  await film(chat.isWriting(90), 150);
  await chat.button("Kill the backend").click();
  await film(backend.isKilled(), 50);
  await chat.sees(chat.page.getByRole("status"), "Connection lost");
  await shoot(STILL_MS);
  const restarted = backend.restart();
  const completed = restarted.then(() => chat.sees(chat.page.getByRole("status"), "Answer complete"));
  await film(completed, 350);
  await shoot(STILL_MS);

  writeFileSync(file, toGif(frames));
  const { size } = statSync(file);
  console.log(`${path.relative(root, file)}: ${frames.length} frames, ${Math.round(size / 1000)} kB`);
  if (size > LARGEST) throw new Error("The animation is larger than a README should load.");
});
