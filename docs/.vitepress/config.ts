import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defineConfig, type DefaultTheme } from "vitepress";
import { anchorOf } from "../../test/support/markdown.js";

const docs = path.resolve(import.meta.dirname, "..");

/** The pages of a folder by their titles, those that are named first before the others. */
function pages(folder: string, ...first: string[]): DefaultTheme.SidebarItem[] {
  const names = readdirSync(path.join(docs, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.slice(0, -".md".length));
  const others = names.filter((name) => !first.includes(name)).sort();
  return [...first.filter((name) => names.includes(name)), ...others].map((name) => ({
    text: titleOf(folder, name),
    link: `/${folder}/${name}`,
  }));
}

function titleOf(folder: string, name: string): string {
  const [, title] = /^# (.+)$/m.exec(readFileSync(path.join(docs, folder, `${name}.md`), "utf8")) ?? [];
  if (title === undefined) throw new Error(`docs/${folder}/${name}.md has no title.`);
  return title.replaceAll("`", "");
}

/** The site of the documentation: `npm run docs` serves it, `npm run docs:build` builds it and checks its links. */
export default defineConfig({
  title: "convex-durable-agents",
  description: "AI agents on Convex that survive crashes, on an explicit state machine.",
  cleanUrls: true,
  // What is said of files of the repository is checked by test/docs.
  ignoreDeadLinks: [/^(\.{1,2}\/)+(README|CHANGELOG|CONTRIBUTING|component|example|machines|src|test)\b/],
  // As on GitHub and npm, so that a link is right in all three places.
  markdown: { anchor: { slugify: anchorOf }, headers: { slugify: anchorOf } },
  vite: { logLevel: "warn" },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Tutorial", link: "/start/tutorial" },
      { text: "Guide", link: "/guide/threads" },
      { text: "Recipes", link: "/recipes/human-in-the-loop" },
      { text: "API", link: "/api/" },
      { text: "Operations", link: "/operations/deployment" },
    ],
    sidebar: [
      { text: "Start", items: pages("start", "tutorial", "example", "mistakes") },
      { text: "Concepts", items: pages("concepts", "threads", "machine", "durability", "glossary") },
      { text: "Guide", items: pages("guide", "app", "threads", "turns", "tools", "control", "data") },
      { text: "Recipes", items: pages("recipes", "human-in-the-loop") },
      { text: "API", items: pages("api", "index", "errors", "server", "react", "usechat", "chat") },
      {
        text: "Operations",
        items: pages(
          "operations",
          "deployment",
          "limits",
          "costs",
          "troubleshooting",
          "security",
          "proofs",
          "invariants",
          "simulator",
        ),
      },
      { text: "Machines", collapsed: true, items: pages("diagrams") },
      { text: "Decisions", collapsed: true, items: pages("decisions") },
    ],
  },
});
