import { createFunctionHandle, getFunctionName, type FunctionReference } from "convex/server";
import type { Failure } from "../../machines/failure.js";
import { definitionError, type DefinitionErrorCode } from "../errors.js";
import { messageOf } from "../handler/stepFailure.js";

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
 * A function of the app in the form in which the component can call it. A deployment creates no handle of a function
 * that it does not have.
 *
 * @param what - what the function is for, as the error says it.
 * @throws code
 */
export async function handleOf(
  reference: AnyReference,
  code: DefinitionErrorCode,
  what: string,
): Promise<string> {
  try {
    return await createFunctionHandle(reference);
  } catch (error) {
    throw definitionError(code, `The ${what} ${problemOf(reference, error)}`);
  }
}

/**
 * An action of a tool in the form in which the component can call it, or why there is none: what the model sees as the
 * call's outcome.
 *
 * @param what - the tool's option, such as `handler`.
 */
export async function resolveAction(
  action: ActionReference,
  what: string,
): Promise<{ handle: string } | { rejected: Failure }> {
  try {
    return { handle: await createFunctionHandle(action) };
  } catch (error) {
    const message = `This tool cannot be used: its ${what} ${problemOf(action, error)}`;
    return { rejected: { code: "handler_not_found", message } };
  }
}

/** A deployment's words for a function, a component or a component's function that it does not have. */
const MISSING = /not found|Couldn't resolve/;

/** Says why a function cannot be called, with its name such as `chat:chatAgentHandler`, and what to do about it. */
function problemOf(reference: AnyReference, error: unknown): string {
  // A component's function has no name that its app knows.
  const name = isFunctionReference(reference) ? getFunctionName(reference) : "of a component";
  if (!MISSING.test(messageOf(error))) return `${name} cannot be called: ${messageOf(error)}`;
  const [module, exported] = name.split(":");
  const place = exported === undefined ? "it" : `${exported} from convex/${module}.ts`;
  return `${name} does not exist. Export ${place}, or correct the reference, and run \`npx convex dev\` or \`npx convex deploy\`.`;
}
