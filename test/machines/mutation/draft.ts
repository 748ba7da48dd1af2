import { createMachine, type AnyStateMachine } from "xstate";

export type Action = string | { type: string; params?: unknown };

export interface Transition {
  target?: string;
  guard?: unknown;
  reenter?: boolean;
  actions?: Action | Action[];
}

type Transitions = string | Transition | (string | Transition)[];

export interface StateConfig {
  type?: string;
  initial?: string;
  entry?: Action | Action[];
  exit?: Action | Action[];
  always?: Transitions;
  on?: Record<string, Transitions>;
  states?: Record<string, StateConfig>;
}

/** A machine's definition taken apart, to be changed and put together again. */
export class Draft {
  readonly config: StateConfig;
  readonly actions: Record<string, unknown>;
  readonly guards: Record<string, unknown>;

  constructor(private readonly machine: AnyStateMachine) {
    this.config = cloned(machine.config as StateConfig);
    this.actions = { ...machine.implementations.actions };
    this.guards = { ...machine.implementations.guards };
  }

  /** The state at a path such as `running.queued`. */
  state(path: string): StateConfig {
    return path.split(".").reduce((state, key) => {
      const child = state.states?.[key];
      if (!child) throw new Error(`the machine has no state ${path}`);
      return child;
    }, this.config);
  }

  /** One of the transitions that a state has for an event, or `always`, as an object that can be changed. */
  transition(path: string, event: string, index = 0): Transition {
    const found = this.transitions(path, event)[index];
    if (!found) throw new Error(`${path} has no transition ${index} for ${event}`);
    return found;
  }

  /** All the transitions that a state has for an event, as a list that can be changed. */
  transitions(path: string, event: string): Transition[] {
    const state = this.state(path);
    const given = (event === "always" ? state.always : state.on?.[event]) ?? [];
    const list = (Array.isArray(given) ? given : [given]).map((one) =>
      typeof one === "string" ? { target: one } : one,
    );
    if (event === "always") state.always = list;
    else state.on = { ...state.on, [event]: list };
    return list;
  }

  /** Takes one action out of where a transition or an entry lists it. */
  dropAction<K extends "actions" | "entry" | "exit">(
    from: { [key in K]?: Action | Action[] },
    key: K,
    name: string,
  ) {
    const list = [from[key] ?? []].flat() as Action[];
    const kept = list.filter((action) => (typeof action === "string" ? action : action.type) !== name);
    if (kept.length === list.length) throw new Error(`there is no action ${name} to drop`);
    from[key] = kept;
  }

  /** An action or a guard of the machine is something else from now on. */
  replace(kind: "actions" | "guards", name: string, implementation: unknown) {
    if (!(name in this[kind])) throw new Error(`the machine has no ${name} among its ${kind}`);
    this[kind][name] = implementation;
  }

  /** Puts the machine together again. */
  build(): AnyStateMachine {
    return createMachine(this.config as never, {
      ...this.machine.implementations,
      actions: this.actions as never,
      guards: this.guards as never,
    });
  }
}

/** A deep copy in which functions stay what they are. */
function cloned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloned) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cloned(one)])) as T;
}
