/** Replaces halves of characters, which Convex refuses. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

/** A place in text, or just before it if it is within a character, in UTF-16 units. */
export const endOfWhole = (text: string, end: number): number =>
  /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;

/** Cuts text to a length, in UTF-16 units, between whole characters. */
export const cutText = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : text.slice(0, endOfWhole(text, maxLength));
