/** No turn has as many steps. Kept well inside the integers a double can tell apart, for billions of turns. */
const STEPS_PER_TURN = 1_000_000;

/**
 * Where a message stands in its thread, as one number that an index can range over: the messages that start
 * a turn come before its steps, and a message that waits for the next turn after all steps of this one.
 */
export const positionOf = (turn: number, step: number): number => turn * STEPS_PER_TURN + step;

/** Where a message stands that steers a turn: behind this step, and before the next one. */
export const behindStep = (turn: number, step: number): number => positionOf(turn, step) + 0.5;

export const turnOf = (position: number): number => Math.floor(position / STEPS_PER_TURN);

/** The step, from 1; 0 for what starts the turn, and halfway between two steps for what steers it. */
export const stepOf = (position: number): number => position % STEPS_PER_TURN;
