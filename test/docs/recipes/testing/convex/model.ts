/** In a module of its own, so that tests can put another one in its place. */
export const model = "anthropic/claude-haiku-4.5";
