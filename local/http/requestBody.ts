import type { IncomingMessage } from 'node:http';

/** The body is longer than the limit. */
export class BodyTooLarge extends Error {}
/** The client disconnected before it had sent its whole body. */
export class ClientGone extends Error {}

/** The real host's limit, in bytes. */
export const bodyLimit = 100 * 2 ** 20;

/** The longest Content-Length, in bytes, for which memory is allocated before the bytes have arrived. */
const maxPreallocation = 8 * 2 ** 20;

/**
 * Reads a request's body; undefined where it is empty. Rejects with BodyTooLarge as soon as the limit is known to be
 * exceeded, and then discards up to as many bytes again, so that the client reads its response.
 */
export function readBody(request: IncomingMessage, limit = bodyLimit): Promise<Uint8Array | undefined> {
  const header = request.headers['content-length'];
  const length = header === undefined ? undefined : Number(header);
  if (length === 0 || (length === undefined && request.headers['transfer-encoding'] === undefined))
    return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const whole =
      length !== undefined && length <= Math.min(limit, maxPreallocation)
        ? Buffer.allocUnsafeSlow(length)
        : undefined;
    const chunks: Buffer[] = [];
    let received = 0;
    let refused = false;
    const refuse = () => {
      refused = true;
      chunks.length = 0;
      reject(new BodyTooLarge());
    };
    if (length !== undefined && length > limit) refuse();
    request.on('data', (chunk: Buffer) => {
      if (refused) {
        received += chunk.length;
        if (received > 2 * limit) request.destroy();
      } else if (received + chunk.length > limit) {
        refuse();
      } else {
        if (whole) chunk.copy(whole, received);
        else chunks.push(chunk);
        received += chunk.length;
      }
    });
    request.once('end', () =>
      resolve(received === 0 ? undefined : (whole ?? Buffer.concat(chunks, received))),
    );
    request.once('error', () => reject(new ClientGone()));
    request.once('close', () => reject(new ClientGone()));
  });
}
