/** A timestamp as the protocol writes it: an unsigned 64-bit integer, little endian, in base64. */
export function encodeTs(ts: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes.toString("base64");
}
