import { toDirectedGraph } from "@xstate/graph";
import type { AnyStateMachine } from "xstate";
import { threadMachine, toolCallMachine } from "../../../machines/index.js";
import { pictures, type DiagramFile } from "./pictures.js";
import { everyNode, isTransient, label, mermaid, transitionsOf } from "./mermaid.js";

/** The names of those actions that go to the host: the machine's own assignments are resolved inside it. */
function effectNames(machine: AnyStateMachine, actions: readonly unknown[]): string[] {
  return actions
    .map((action) => (typeof action === "string" ? action : (action as { type: string }).type))
    .filter((name) => !("resolve" in (machine.implementations.actions[name] as object)));
}

/** What each state and each arrow asks of the host, as a list. */
function effectRows(machine: AnyStateMachine): string[] {
  const row = (where: string, actions: readonly unknown[]) => {
    const names = effectNames(machine, actions);
    return names.length > 0 ? [`- ${where}: ${names.join(", ")}`] : [];
  };
  return everyNode(toDirectedGraph(machine)).flatMap((node) => {
    const name = pathOf(node.stateNode);
    return [
      ...row(`entering \`${name}\``, node.stateNode.entry),
      ...row(`leaving \`${name}\``, node.stateNode.exit),
      ...transitionsOf(node).flatMap((transition) => {
        const [target] = transition.target ?? [];
        const way = target ? `\`${name}\` → \`${pathOf(target)}\`` : `staying in \`${name}\``;
        return row(`${way}, ${label(transition)}`, transition.actions);
      }),
    ];
  });
}

/** What each state means, as the machine describes it. */
function stateRows(machine: AnyStateMachine): string[] {
  return everyNode(toDirectedGraph(machine)).flatMap(({ stateNode }) => {
    const { description, path } = stateNode;
    if (path.length === 0 || !description) return [];
    return [`- \`${pathOf(stateNode)}\`${isTransient(stateNode) ? " (transient)" : ""}: ${description}`];
  });
}

const pathOf = ({ path }: { path: string[] }) => path.join(".");

/**
 * The transitions that a diagram has no arrow for: they change what a state knows and not where it is, or (without
 * any action) say that the state refuses what the one around it takes.
 */
function staying(machine: AnyStateMachine, isRefused: boolean): string[] {
  return everyNode(toDirectedGraph(machine)).flatMap((node) =>
    transitionsOf(node)
      .filter(({ target, actions }) => target === undefined && (actions.length === 0) === isRefused)
      .map((transition) => `\`${label(transition)}\` in \`${pathOf(node.stateNode)}\``),
  );
}

/** A machine, and what its page says first. */
interface Diagram {
  name: string;
  title: string;
  intro: string;
  machine: AnyStateMachine;
}

function page({ name, title, intro, machine }: Diagram): DiagramFile {
  const still = staying(machine, false);
  const refused = staying(machine, true);
  const text = [
    `# ${title}`,
    "",
    "Generated from the machine by `npm run diagrams`; a test fails if it drifts.",
    "",
    `${intro} Where one event has several arrows, the first one whose condition in brackets holds is taken.`,
    ...(still.length > 0
      ? ["", `Events that leave the state as it is have no arrow: ${still.join(", ")}.`]
      : []),
    ...(refused.length > 0
      ? ["", `Refused, although the state around takes it: ${refused.join(", ")}.`]
      : []),
    "",
    `![${title}](${name}.svg)`,
    "",
    "## As text",
    "",
    "```mermaid",
    mermaid(machine),
    "```",
    "",
    "## Open it in Stately's editor",
    "",
    `[${name}.json](${name}.json) is the machine's configuration, whole and as plain data. In Stately's editor, open the Code panel,`,
    "choose Import, and paste `createMachine(` followed by the file's text and `)`. Guards and actions keep their names; their code",
    `is in \`machines/${name}/machine.ts\`.`,
    "",
    "## The states",
    "",
    ...stateRows(machine),
    "",
    "## What it asks of its host",
    "",
    "Effects, in order. The host runs them in the transaction that saves the state.",
    "",
    ...effectRows(machine),
    "",
  ];
  return { file: `${name}.md`, text: text.join("\n") };
}

/** The machine's configuration as JSON, which Stately's tools read. */
const chart = ({ name, machine }: Diagram): DiagramFile => ({
  file: `${name}.json`,
  text: `${JSON.stringify(machine.config, null, 2)}\n`,
});

const DIAGRAMS: Diagram[] = [
  {
    name: "thread",
    title: "The life of a thread",
    intro:
      "Every event of a stream handler or a timer must also carry the current generation and, where there is one, the lease of " +
      "the current holder; the arrows leave that out. The machine passes through a transient state within one event.",
    machine: threadMachine,
  },
  {
    name: "toolCall",
    title: "The life of a tool call",
    intro:
      "Every event of an executor, a stream handler or a timer must also carry the current epoch, or the current deadline; the " +
      "arrows leave that out.",
    machine: toolCallMachine,
  },
];

/** Every generated file: a page and a chart for each machine, and the pictures. */
export const diagramFiles: DiagramFile[] = [
  ...DIAGRAMS.flatMap((diagram) => [page(diagram), chart(diagram)]),
  ...pictures,
];
