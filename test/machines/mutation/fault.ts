import { assign } from "xstate";
import type { Draft } from "./draft.js";

/** A mistake somebody could make in a machine. */
export interface Fault {
  name: string;
  seed: (draft: Draft) => void;
}

const fault = (name: string, seed: Fault["seed"]): Fault => ({ name, seed });

/** The machine no longer hears an event in a state. */
export const deaf = (state: string, event: string): Fault =>
  fault(`${event} is ignored in ${state}`, (draft) => {
    draft.transition(state, event);
    delete draft.state(state).on?.[event];
  });

/** A state no longer hears an event that its parent has a transition for. */
export const deafChild = (state: string, event: string): Fault =>
  fault(`${event} is ignored in ${state}`, (draft) => void draft.transitions(state, event).push({}));

/** The transition forgets one of its actions. */
export const forgets = (state: string, event: string, index: number, action: string): Fault =>
  fault(`${action} is dropped from ${event} in ${state} (way ${index + 1})`, (draft) =>
    draft.dropAction(draft.transition(state, event, index), "actions", action),
  );

/** Entering a state forgets one of its actions. */
export const entersWithout = (state: string, action: string): Fault =>
  fault(`${action} is dropped on entering ${state}`, (draft) =>
    draft.dropAction(draft.state(state), "entry", action),
  );

/** One of several transitions for an event is not there. */
export const without = (state: string, event: string, index: number): Fault =>
  fault(`way ${index + 1} of ${event} in ${state} is missing`, (draft) => {
    draft.transition(state, event, index);
    draft.transitions(state, event).splice(index, 1);
  });

/** The transition leads somewhere else. */
export const leads = (state: string, event: string, index: number, target: string): Fault =>
  fault(`${event} in ${state} (way ${index + 1}) leads to ${target}`, (draft) => {
    draft.transition(state, event, index).target = target;
  });

/** A state hears an event that it should not. */
export const hears = (state: string, event: string, target: string, guard?: string): Fault =>
  fault(`${event} is accepted in ${state}`, (draft) => {
    delete draft.state(state).type;
    draft.transitions(state, event).push({ target, reenter: true, ...(guard ? { guard } : {}) });
  });

/** A guard lets everything through. */
export const open = (guard: string): Fault =>
  fault(`the guard ${guard} lets everything through`, (draft) => draft.replace("guards", guard, () => true));

/** A guard decides by another rule. */
export const guardIs = (guard: string, words: string, rule: (args: never) => boolean): Fault =>
  fault(`the guard ${guard} ${words}`, (draft) => draft.replace("guards", guard, rule));

/** An assignment does nothing. */
export const idle = (action: string): Fault =>
  fault(`${action} does nothing`, (draft) => draft.replace("actions", action, assign({})));

/** Any other mistake. */
export const mistake = fault;
