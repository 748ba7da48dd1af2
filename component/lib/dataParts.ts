import { agentError } from "./errors.js";
import { MAX_DATA_PARTS, MAX_KEY_LENGTH } from "./limits.js";

interface Part {
  type: string;
  id?: string;
}

/** Whether a data part takes the place of an earlier one: both have the same type and the same id. */
export const replaces = ({ type, id }: Part, earlier: Part): boolean =>
  id !== undefined && id === earlier.id && type === earlier.type;

/** A type as the AI SDK has it, in characters that suit a client's code. */
const DATA_TYPE = /^data-[\w-]{1,64}$/;

/**
 * Checks a data part of an app, a tool or a client.
 *
 * @throws invalid_data_part
 */
export function checkDataPart({ type, id }: Part): void {
  if (!DATA_TYPE.test(type))
    throw agentError(
      "invalid_data_part",
      `The type of a data part is "data-" and a name of letters, digits, "-" and "_", such as "data-weather", not ${JSON.stringify(type)}.`,
    );
  if (id !== undefined && (id === "" || id.length > MAX_KEY_LENGTH))
    throw agentError("invalid_data_part", `The id of a data part has 1 to ${MAX_KEY_LENGTH} characters.`);
}

/**
 * Checks the data parts of a message.
 *
 * @throws invalid_data_part
 */
export function checkDataParts(parts: Part[]): void {
  if (parts.length > MAX_DATA_PARTS)
    throw agentError("invalid_data_part", `A message has at most ${MAX_DATA_PARTS} data parts.`);
  for (const part of parts) checkDataPart(part);
}
