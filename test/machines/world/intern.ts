import type { Step } from "../../../machines/step.js";

const byText = new Map<string, object>();
const byIdentity = new WeakMap<object, object>();

/** The one object that stands for all with the same content, so that what is known of it can be found by identity. */
export function interned<T extends object>(value: T): T {
  const known = byIdentity.get(value);
  if (known) return known as T;
  const text = JSON.stringify(value);
  const one = byText.get(text) ?? value;
  byText.set(text, one);
  byIdentity.set(value, one);
  return one as T;
}

const numbers = new WeakMap<object, number>();
let given = 0;

/** A number that stands for the value's content for as long as this process runs. */
export function numberOf(value: object): number {
  const one = interned(value);
  const known = numbers.get(one);
  if (known !== undefined) return known;
  numbers.set(one, ++given);
  return given;
}

/** Remembers every step: a world model takes the same few thousand ones millions of times. */
export function remembered<S extends object, E, F>(
  step: (snapshot: S, event: E) => Step<S, F>,
): (snapshot: S, event: E) => Step<S, F> {
  const known = new WeakMap<S, Map<string, Step<S, F>>>();
  return (snapshot, event) => {
    const one = interned(snapshot);
    let steps = known.get(one);
    if (!steps) known.set(one, (steps = new Map<string, Step<S, F>>()));
    const key = JSON.stringify(event);
    const found = steps.get(key);
    if (found) return found;
    const taken = step(one, event);
    const result = { ...taken, snapshot: interned(taken.snapshot) };
    steps.set(key, result);
    return result;
  };
}
