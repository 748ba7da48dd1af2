/** No turn has as many model calls. Small enough that doubles can tell positions apart for billions of turns. */
const STEPS_PER_TURN = 1_000_000;

/**
 * Where a message stands in its thread, as one number that an index can range over. Step 0 starts the turn, a whole number is
 * the answer to that model call, and a message halfway between two calls was sent between them.
 */
export const positionOf = (turn: number, step: number): number => turn * STEPS_PER_TURN + step;

export const turnOf = (position: number): number => Math.floor(position / STEPS_PER_TURN);

export const stepOf = (position: number): number => position % STEPS_PER_TURN;
