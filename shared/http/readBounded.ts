/**
 * Reads a stream to its end. As soon as it is longer than `limit` bytes, cancels it and throws `tooLong()`.
 * A stream of one chunk is not copied.
 */
export async function readBounded(
  stream: AsyncIterable<Uint8Array> | null,
  limit: number,
  tooLong: () => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > limit) throw tooLong();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}
