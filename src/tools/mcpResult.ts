import { getConvexSize, type Value } from "convex/values";
import { encodeValue, toJson } from "../../component/lib/storable.js";
import { cutText, wellFormed } from "../../component/lib/text.js";

/** The most parts of a result that are kept. */
const MAX_PARTS = 1_000;

/** The longest text of an error that a model receives, in characters. */
const MAX_ERROR_LENGTH = 8_000;

type McpPart =
  | { type: "text"; text: string }
  | { type: "image" | "audio"; data: string; mimeType: string }
  | { type: "resource"; resource: { uri: string; mimeType?: string; text?: string; blob?: string } }
  | { type: "resource_link"; uri: string; name: string; description?: string; mimeType?: string };

/** The result of an MCP server's tool: what the model receives, and what a program reads. Binary data are base64. */
export interface McpToolResult {
  content: McpPart[];
  /** As `encodeValue` encodes it: most values are themselves. */
  structuredContent?: unknown;
}

/** Whether a tool's result says that the tool has failed. */
export const isErrorResult = (result: unknown): boolean =>
  (Object(result) as { isError?: unknown }).isError === true;

/**
 * Takes what is known of a server's result, in a form that Convex stores.
 *
 * @param maxBytes - what the result may have. Binary data are left out of a larger one, the largest first.
 */
export function toMcpResult(result: unknown, maxBytes: number): McpToolResult {
  const { content, structuredContent, toolResult } = Object(result) as Record<string, unknown>;
  const parts = Array.isArray(content) ? content.slice(0, MAX_PARTS).map(toPart) : [];
  // The first version of the protocol has a result of its own.
  const structured = structuredContent ?? toolResult;
  const kept = encodeValue({ content: parts, structuredContent: structured }) as McpToolResult;
  return withoutLargest(kept, maxBytes);
}

/** What a failed tool says, for the model. */
export function errorTextOf(result: unknown): string {
  const { content, structuredContent } = toMcpResult(result, Infinity);
  const texts = content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const structured = structuredContent === undefined ? "" : JSON.stringify(toJson(structuredContent));
  return errorText(texts.join("\n") || structured);
}

/** An error's text as a model receives it, bounded. */
export const errorText = (text: string): string =>
  cutText(wellFormed(text).trim() || "The tool failed without saying why.", MAX_ERROR_LENGTH);

/** What a model receives of a result, in the form of AI SDK 6 and 7: text as text, images as images. */
export function toMcpModelOutput({ output }: { output: unknown }) {
  const { content, structuredContent } = Object(output) as Partial<McpToolResult>;
  // A large result that was stored as a file, for one.
  if (!Array.isArray(content)) return { type: "json", value: toJson(output) };
  if (content.length === 0 && structuredContent !== undefined)
    return { type: "json", value: toJson(structuredContent) };
  const parts = content.map(toModelPart);
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  // Providers take text everywhere, and lists of parts not.
  if (texts.length === parts.length)
    return { type: "text", value: texts.join("\n\n") || "The tool returned nothing." };
  return { type: "content", value: parts };
}

type ModelPart = { type: "text"; text: string } | { type: "image-data"; data: string; mediaType: string };

function toModelPart(part: McpPart): ModelPart {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "resource_link") return { type: "text", text: JSON.stringify(part) };
  const binary = binaryOf(part);
  if (binary?.mimeType.startsWith("image/"))
    return { type: "image-data", data: binary.data, mediaType: binary.mimeType };
  if (binary) return { type: "text", text: `(${describe(binary)} that is not shown.)` };
  const { uri, text = "" } = part.type === "resource" ? part.resource : { uri: "" };
  return { type: "text", text: `${uri}\n${text}` };
}

interface Binary {
  data: string;
  mimeType: string;
}

function binaryOf(part: McpPart): Binary | null {
  if (part.type === "image" || part.type === "audio") return part;
  if (part.type !== "resource" || part.resource.blob === undefined) return null;
  const { blob, mimeType = "application/octet-stream" } = part.resource;
  return { data: blob, mimeType };
}

/** Four characters of base64 are three bytes. */
const describe = ({ data, mimeType }: Binary) =>
  `A file of the type ${mimeType} and of about ${Math.floor((data.length * 3) / 4)} bytes`;

function withoutLargest(result: McpToolResult, maxBytes: number): McpToolResult {
  const content = [...result.content];
  const binaries = content
    .map((part, index) => ({ index, binary: binaryOf(part) }))
    .filter((found): found is { index: number; binary: Binary } => found.binary !== null)
    .sort((a, b) => b.binary.data.length - a.binary.data.length);
  let excess = getConvexSize(result as unknown as Value) - maxBytes;
  for (const { index, binary } of binaries) {
    if (excess <= 0) break;
    const text = `(${describe(binary)} was left out, because the result is too large.)`;
    content[index] = { type: "text", text };
    excess -= binary.data.length - text.length;
  }
  return { ...result, content };
}

const textOr = (value: unknown, other: string) => (typeof value === "string" ? value : other);
const textOrNone = (value: unknown) => (typeof value === "string" ? value : undefined);

/** A part whose form is known; any other as JSON. */
function toPart(part: unknown): McpPart {
  const { type, text, data, mimeType, resource, uri, name, description } = Object(part) as Record<
    string,
    unknown
  >;
  if (type === "text" && typeof text === "string") return { type, text };
  if ((type === "image" || type === "audio") && typeof data === "string" && typeof mimeType === "string")
    return { type, data, mimeType };
  if (type === "resource") return { type, resource: toResource(resource) };
  if (type === "resource_link" && typeof uri === "string")
    return {
      type,
      uri,
      name: textOr(name, uri),
      description: textOrNone(description),
      mimeType: textOrNone(mimeType),
    };
  return { type: "text", text: JSON.stringify(part) ?? "null" };
}

function toResource(resource: unknown) {
  const { uri, mimeType, text, blob } = Object(resource) as Record<string, unknown>;
  return {
    uri: textOr(uri, ""),
    mimeType: textOrNone(mimeType),
    text: textOrNone(text),
    blob: textOrNone(blob),
  };
}
