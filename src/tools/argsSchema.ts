import { Validator, type Schema } from "@cfworker/json-schema";

/** The longest JSON schema of a tool's arguments that is kept with a call, or taken from a server, in characters. */
export const MAX_SCHEMA_LENGTH = 32 * 1024;

/** How many of the things that are wrong with arguments are named. */
const MAX_PROBLEMS = 5;

/**
 * Keywords by which a schema may ask for endless work: parts that name one another, and patterns. Tuples differ between the drafts.
 * An argument that is called `pattern` has a schema, an object.
 */
const UNBOUNDED = /"(?:\$ref|\$dynamicRef|\$recursiveRef|patternProperties|prefixItems)":|"pattern":[^{]/;

/** Whether it is known how long a check by this JSON schema takes at most, whoever wrote it. */
export const isBoundedSchema = (schema: string): boolean => !UNBOUNDED.test(schema);

/** What is wrong with a tool's arguments, by their JSON schema. Empty where that cannot be told: a validator may not know the schema. */
export function problemsOfArgs(args: object, schema: string): string[] {
  try {
    const { errors } = new Validator(JSON.parse(schema) as Schema, "7", false).validate(args);
    // What is wrong with a part comes after what is wrong with the whole, which says less.
    return errors.slice(-MAX_PROBLEMS).map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  } catch {
    return [];
  }
}

/** Whether this can be a tool's arguments. */
export const isArgs = (args: unknown): args is Record<string, unknown> =>
  typeof args === "object" && args !== null && !Array.isArray(args);
