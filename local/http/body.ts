import type { IncomingMessage } from 'node:http';

/** The body is longer than the host takes. */
export class BodyTooLarge extends Error {}
/** The client went away before it had sent everything. */
export class ClientGone extends Error {}

/** The real host's limit, in bytes. */
export const bodyLimit = 100 * 2 ** 20;

/** Up to here an announced length is believed before the bytes are there. */
const trusted = 8 * 2 ** 20;

/**
 * Reads a request's body, into one allocation where a usual length is announced. Rejects with BodyTooLarge as soon as
 * that is known; what still comes is then thrown away up to the same amount, so that the client reads its answer.
 */
export function readBody(request: IncomingMessage, limit = bodyLimit): Promise<Uint8Array | undefined> {
  const announced = request.headers['content-length'];
  const length = announced === undefined ? undefined : Number(announced);
  if (length === 0 || (length === undefined && request.headers['transfer-encoding'] === undefined))
    return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const whole =
      length !== undefined && length <= Math.min(limit, trusted) ? Buffer.allocUnsafeSlow(length) : undefined;
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
