import { toDirectedGraph } from "@xstate/graph";
import type { AnyStateMachine } from "xstate";
import { threadMachine, toolCallMachine } from "../../../machines/index.js";
import { everyNode, label, mermaid, transitionsOf } from "./mermaid.js";

/** A generated page of the docs. */
export interface DiagramPage {
  /** Its file under `docs/diagrams/`. */
  file: string;
  text: string;
}

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
    const name = node.stateNode.path.join(".");
    return [
      ...row(`entering \`${name}\``, node.stateNode.entry),
      ...row(`leaving \`${name}\``, node.stateNode.exit),
      ...transitionsOf(node).flatMap((transition) => {
        const target = transition.target?.[0]?.path.join(".") ?? "stays";
        return row(`\`${name}\` → \`${target}\`, ${label(transition)}`, transition.actions);
      }),
    ];
  });
}

/**
 * The transitions that a diagram has no arrow for: they change what a state knows and not where it is, or (without
 * any action) say that the state refuses what the one around it takes.
 */
function staying(machine: AnyStateMachine, isRefused: boolean): string[] {
  return everyNode(toDirectedGraph(machine)).flatMap((node) =>
    transitionsOf(node)
      .filter(({ target, actions }) => target === undefined && (actions.length === 0) === isRefused)
      .map((transition) => `\`${label(transition)}\` in \`${node.stateNode.path.join(".")}\``),
  );
}

function page(file: string, title: string, intro: string, machine: AnyStateMachine): DiagramPage {
  const still = staying(machine, false);
  const refused = staying(machine, true);
  const text = [
    `# ${title}`,
    "",
    "Generated from the machine's definition by `test/scripts/diagrams.ts`; a test fails when it drifts.",
    "",
    intro,
    ...(still.length > 0
      ? ["", `Without an arrow, since the state stays the same: ${still.join(", ")}.`]
      : []),
    ...(refused.length > 0 ? ["", `Refused, though the state around takes it: ${refused.join(", ")}.`] : []),
    "",
    "```mermaid",
    mermaid(machine),
    "```",
    "",
    "## What it asks of its host",
    "",
    "Effects, in order. The host runs them in the transaction that saves the state.",
    "",
    ...effectRows(machine),
    "",
  ];
  return { file, text: text.join("\n") };
}

/** Every generated diagram page. */
export const diagramPages: DiagramPage[] = [
  page(
    "thread.md",
    "The life of a thread",
    "Every event of a runner or a timer also has to come from the current generation and, where there is one, from " +
      "the lease's owner; the arrows leave that out. Where one event has several arrows, the first whose " +
      "condition in brackets holds is taken.",
    threadMachine,
  ),
  page(
    "toolCall.md",
    "The life of a tool call",
    "Every event of an executor or a timer also has to come from the current epoch, or of the current deadline; the " +
      "arrows leave that out. Where one event has several arrows, the first whose condition in brackets holds is taken.",
    toolCallMachine,
  ),
];
