import { jsonSchema, type Schema } from "ai";
import { ConvexError } from "convex/values";
import { messageOf } from "../../component/lib/errorText.js";
import { cutText, wellFormed } from "../../component/lib/text.js";
import { isArgs, isBoundedSchema, MAX_SCHEMA_LENGTH, problemsOfArgs } from "./argsSchema.js";
import { withMcpClient, type McpClient } from "./mcpClient.js";

/** The most tools that are taken from a server: some providers refuse more. */
const MAX_TOOLS = 128;

/** The most tools and pages of a list that are read, whatever is taken of them. */
const MAX_LISTED = 1_000;
const MAX_PAGES = 100;

/** What all providers accept as a tool's name. The protocol allows dots and slashes, too. */
const NAME = /^[A-Za-z0-9_./-]+$/;
const MAX_NAME_LENGTH = 64;

const MAX_DESCRIPTION_LENGTH = 4_096;

/** The most levels of objects and lists in a schema. */
const MAX_SCHEMA_LEVELS = 32;

/** How many tools a line of the log names. */
const MAX_LOGGED = 20;

/** A tool of a server that can be used. */
export interface McpTool {
  /** The server's own name. */
  name: string;
  /** Its name among the agent's tools. */
  toolName: string;
  description: string;
  inputSchema: Schema<Record<string, unknown>>;
}

/**
 * Lists the tools of a server.
 *
 * @param timeoutMs - the time limit, in milliseconds, connecting included.
 */
export async function listTools(
  connect: () => McpClient | Promise<McpClient>,
  timeoutMs: number,
): Promise<unknown[]> {
  try {
    return await withMcpClient(connect, timeoutMs, readPages);
  } catch (error) {
    if (error instanceof ConvexError) throw error;
    const message = `The tools of the MCP server could not be listed: ${messageOf(error)}`;
    throw new Error(message, { cause: error });
  }
}

async function readPages(client: McpClient): Promise<unknown[]> {
  let listed: unknown[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= MAX_PAGES && listed.length < MAX_LISTED; page += 1) {
    const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { params: { cursor } });
    listed = listed.concat(tools);
    if (nextCursor === undefined || nextCursor === null) break;
    cursor = nextCursor;
  }
  return listed;
}

interface Naming {
  prefix: string;
  /** The server's own names of the tools that are wanted. Undefined: all. */
  include: string[] | undefined;
}

/**
 * Returns the tools of a list that can be used, as far as they are wanted: nothing that a server says is trusted. What is left out
 * is logged.
 */
export function usableTools(definitions: unknown[], { prefix, include }: Naming): McpTool[] {
  const tools = new Map<string, McpTool>();
  const problems: string[] = [];
  const isWanted = (definition: unknown) => include?.includes(nameOf(definition) as string) ?? true;
  for (const definition of definitions.slice(0, MAX_LISTED).filter(isWanted)) {
    const tool = toTool(definition, prefix, tools);
    if ("problem" in tool) problems.push(`${shown(nameOf(definition))} ${tool.problem}`);
    else tools.set(tool.toolName, tool);
  }
  const taken = new Set([...tools.values()].map(({ name }) => name));
  for (const name of include ?? [])
    if (!taken.has(name)) problems.push(`${shown(name)} is to be included, and is not there`);
  log(problems);
  return [...tools.values()];
}

const nameOf = (definition: unknown) => (Object(definition) as { name?: unknown }).name;

/** A name as a line of the log has it. */
const shown = (name: unknown) =>
  typeof name === "string"
    ? cutText(JSON.stringify(name), MAX_NAME_LENGTH)
    : `A name of the type ${typeof name}`;

/** Why a tool cannot be used. */
interface Unusable {
  problem: string;
}

function toTool(definition: unknown, prefix: string, tools: Map<string, McpTool>): McpTool | Unusable {
  const { name, description, inputSchema } = Object(definition) as Record<string, unknown>;
  if (typeof name !== "string" || !NAME.test(name)) return { problem: "has a name that providers refuse" };
  const toolName = prefix + name.replace(/[./]/g, "_");
  if (toolName.length > MAX_NAME_LENGTH)
    return { problem: `has a name of over ${MAX_NAME_LENGTH} characters` };
  if (tools.has(toolName)) return { problem: "has the name of another" };
  if (tools.size >= MAX_TOOLS) return { problem: `is beyond the first ${MAX_TOOLS}` };
  const schema = toSchema(inputSchema);
  if ("problem" in schema) return schema;
  const told = typeof description === "string" ? wellFormed(description) : "";
  return { name, toolName, description: cutText(told, MAX_DESCRIPTION_LENGTH), inputSchema: schema };
}

/** The schema of a tool's arguments, which checks them as far as it is safe. */
function toSchema(given: unknown): McpTool["inputSchema"] | Unusable {
  if (isDeeper(given, MAX_SCHEMA_LEVELS))
    return { problem: `has a schema of over ${MAX_SCHEMA_LEVELS} levels` };
  const { type = "object", properties = {}, ...keywords } = Object(given) as Record<string, unknown>;
  if (!isArgs(given) || type !== "object" || !isArgs(properties))
    return { problem: "has no schema of an object" };
  const json = JSON.stringify({ ...keywords, type, properties });
  if (json.length > MAX_SCHEMA_LENGTH)
    return { problem: `has a schema of over ${MAX_SCHEMA_LENGTH} characters` };
  const isChecked = isBoundedSchema(json);
  return jsonSchema(JSON.parse(json) as object, {
    validate: (value) => {
      if (!isArgs(value))
        return { success: false, error: new Error("The arguments of a tool are an object.") };
      const problems = isChecked ? problemsOfArgs(value, json) : [];
      if (problems.length > 0) return { success: false, error: new Error(problems.join(" ")) };
      return { success: true, value };
    },
  });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

function log(problems: string[]): void {
  if (problems.length === 0) return;
  const more = problems.length > MAX_LOGGED ? [`and ${problems.length - MAX_LOGGED} more`] : [];
  const named = [...problems.slice(0, MAX_LOGGED), ...more].join("; ");
  // eslint-disable-next-line no-console -- whoever runs the app should know why a tool is missing
  console.warn(`Tools of the MCP server that are left out: ${named}.`);
}
