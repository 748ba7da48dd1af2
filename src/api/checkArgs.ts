import { Validator, type Schema } from "@cfworker/json-schema";
import { agentError } from "../errors.js";

/** How many of the things that are wrong an error names. */
const MAX_PROBLEMS = 5;

/**
 * Checks arguments that a person edited.
 *
 * @param schema - the JSON schema of the tool's arguments, as JSON; null where it is not known.
 * @throws invalid_tool_args
 */
export function checkArgs(args: unknown, schema: string | null): void {
  if (typeof args !== "object" || args === null || Array.isArray(args))
    throw agentError("invalid_tool_args", "The arguments of a tool are an object.");
  if (schema === null) return;
  const { valid, errors } = new Validator(JSON.parse(schema) as Schema, "7", false).validate(args);
  if (valid) return;
  // What is wrong with a part comes after what is wrong with the whole, which says less.
  const problems = errors
    .slice(-MAX_PROBLEMS)
    .map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  throw agentError("invalid_tool_args", `The tool does not take these arguments. ${problems.join(" ")}`);
}
