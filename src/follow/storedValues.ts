import { toJson } from "../../component/lib/storable.js";

export { encodeValue } from "../../component/lib/storable.js";

/** A stored value as indented JSON, for people to read. What JSON does not have is text; undefined is undefined. */
export const readableValue = (value: unknown): string | undefined => JSON.stringify(toJson(value), null, 2);
