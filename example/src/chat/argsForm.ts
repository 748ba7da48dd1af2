/** A field of a form for the arguments of a tool call. */
export interface ArgField {
  name: string;
  label: string;
  kind: "text" | "number" | "boolean" | "choice" | "json";
  choices: string[];
  isRequired: boolean;
}

interface Property {
  type?: string;
  title?: string;
  enum?: unknown[];
}

interface ObjectSchema {
  properties?: Record<string, Property>;
  required?: string[];
}

/** The fields of a form, by the JSON schema of a tool's arguments, or by the arguments themselves where there is none. */
export function fieldsOf(schema: string | null, args: Record<string, unknown>): ArgField[] {
  const { properties, required = [] } = schema === null ? {} : (JSON.parse(schema) as ObjectSchema);
  const known =
    properties ??
    Object.fromEntries(
      Object.entries(args).map(([name, value]): [string, Property] => [name, { type: typeof value }]),
    );
  return Object.entries(known).map(([name, property]) => ({
    name,
    label: property.title ?? name,
    ...kindOf(property),
    isRequired: required.includes(name),
  }));
}

function kindOf({ type, enum: values }: Property): Pick<ArgField, "kind" | "choices"> {
  if (values?.every((value) => typeof value === "string")) return { kind: "choice", choices: values };
  const kind = (
    { string: "text", number: "number", integer: "number", boolean: "boolean" } as Record<
      string,
      ArgField["kind"]
    >
  )[type ?? ""];
  return { kind: kind ?? "json", choices: [] };
}

/** A value as its field shows it. */
export const toInput = ({ kind }: ArgField, value: unknown): string => {
  if (value === undefined) return "";
  return kind === "json" || typeof value === "object" ? JSON.stringify(value, null, 2) : `${value as string}`;
};

/**
 * The value of what a field shows; undefined if it is empty and need not be given.
 *
 * @throws SyntaxError if it is to be JSON and is not.
 */
export function fromInput({ kind, isRequired }: ArgField, shown: string): unknown {
  if (shown === "" && !(isRequired && kind === "text")) return undefined;
  if (kind === "number") return Number(shown);
  if (kind === "boolean") return shown === "true";
  return kind === "json" ? JSON.parse(shown) : shown;
}
