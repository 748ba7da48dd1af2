/**
 * Parses JSON that is still being written: closes open strings and brackets, and leaves out a half-written key or literal.
 *
 * @returns undefined while there is no value yet.
 */
export function parsePartialJson(text: string): unknown {
  for (let end = text.length; end > 0; end = lastBoundary(text, end - 1)) {
    const parsed = tryParse(close(text.slice(0, end)));
    if (parsed) return parsed.value;
  }
  return undefined;
}

function tryParse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** Where to cut the text to drop a half-written key or literal: just before the last comma, or after a bracket. */
function lastBoundary(text: string, before: number): number {
  for (let index = before; index > 0; index--) {
    if (text[index] === ",") return index;
    if (text[index - 1] === "{" || text[index - 1] === "[") return index;
  }
  return 0;
}

/** Adds the quotes and brackets that are missing at the end. */
function close(text: string): string {
  const open: string[] = [];
  let inString = false;
  let escaped = false;
  for (const letter of text) {
    if (escaped) escaped = false;
    else if (inString && letter === "\\") escaped = true;
    else if (letter === '"') inString = !inString;
    else if (inString) continue;
    else if (letter === "{") open.push("}");
    else if (letter === "[") open.push("]");
    else if (letter === "}" || letter === "]") open.pop();
  }
  const complete = escaped ? text.slice(0, -1) : text;
  return complete + (inString ? '"' : "") + open.reverse().join("");
}
