import { agentError } from "../errors.js";
import { isArgs, problemsOfArgs } from "../tools/argsSchema.js";

/**
 * Checks arguments that a person edited.
 *
 * @param schema - the JSON schema of the tool's arguments, as JSON; null where it is not known.
 * @throws invalid_tool_args
 */
export function checkArgs(args: unknown, schema: string | null): void {
  if (!isArgs(args)) throw agentError("invalid_tool_args", "The arguments of a tool are an object.");
  const problems = schema === null ? [] : problemsOfArgs(args, schema);
  if (problems.length > 0)
    throw agentError("invalid_tool_args", `The tool does not take these arguments. ${problems.join(" ")}`);
}
