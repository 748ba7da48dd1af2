import { createFunctionHandle, getFunctionName, type FunctionReference } from "convex/server";
import type { Failure } from "../../machines/failure.js";
import { messageOf, plainMessage } from "../../component/lib/errorText.js";
import { agentError, type DefinitionErrorCode } from "../errors.js";

type AnyReference = FunctionReference<"action" | "mutation", "internal" | "public">;

/** An action of the app. */
export type ActionReference = FunctionReference<"action", "internal" | "public">;

/** Whether this is a reference such as `internal.tools.weather.getWeather`. */
export function isFunctionReference(value: unknown): boolean {
  try {
    getFunctionName(value as ActionReference);
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates the handle by which the component calls a function of the app. A deployment creates none for a function that it
 * does not have.
 *
 * @param purpose - what the function is for, as the error names it.
 * @throws code
 */
export async function createHandle(
  reference: AnyReference,
  code: DefinitionErrorCode,
  purpose: string,
): Promise<string> {
  try {
    return await createFunctionHandle(reference);
  } catch (error) {
    throw agentError(code, `The ${purpose} ${problemOf(reference, error)}`);
  }
}

/**
 * Creates the handle of a tool's action, or the failure that the model receives as the call's outcome.
 *
 * @param option - the option of the tool that names the action, such as `handler`.
 */
export async function resolveAction(
  action: ActionReference,
  option: string,
): Promise<{ handle: string } | { rejected: Failure }> {
  try {
    return { handle: await createFunctionHandle(action) };
  } catch (error) {
    const message = `This tool cannot be used: its ${option} ${problemOf(action, error)}`;
    return { rejected: { code: "handler_not_found", message } };
  }
}

/** A deployment's words for a function, a component or a component's function that it does not have. */
const MISSING = /not found|Couldn't resolve/;

/** Says why a function cannot be called, by its name such as `chat:chatAgentHandler`, and what to do about it. */
function problemOf(reference: AnyReference, error: unknown): string {
  // A component's function has no name that its app knows.
  const name = isFunctionReference(reference) ? getFunctionName(reference) : "of a component";
  if (!MISSING.test(messageOf(error))) return `${name} cannot be called: ${plainMessage(error)}`;
  const [module, exported] = name.split(":");
  const place = exported === undefined ? "it" : `${exported} from convex/${module}.ts`;
  return `${name} does not exist. Export ${place}, or correct the reference, and run \`npx convex dev\` or \`npx convex deploy\`.`;
}
