import { createFunctionHandle, getFunctionName, type FunctionReference } from "convex/server";
import type { Failure } from "../../machines/failure.js";
import { messageOf } from "../handler/stepFailure.js";

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

/** A tool's handler in the form in which the component can schedule it, or why there is none. */
export async function resolveHandler(
  handler: ActionReference,
): Promise<{ handler: string } | { rejected: Failure }> {
  try {
    return { handler: await createFunctionHandle(handler) };
  } catch (error) {
    const message = `The tool's handler ${getFunctionName(handler)} cannot be called: ${messageOf(error)}`;
    return { rejected: { code: "handler_not_found", message } };
  }
}
