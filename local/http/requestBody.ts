import type { IncomingMessage } from 'node:http';
import type { ByteBudget } from './byteBudget.ts';

/** The body is longer than the limit. */
export class BodyTooLarge extends Error {}
/** All requests under way hold as many bytes as they may. */
export class BudgetExhausted extends Error {}
/** The client disconnected before it had sent its whole body. */
export class ClientGone extends Error {}

/** The real host's limit, in bytes. */
export const bodyLimit = 100 * 2 ** 20;

const smallestBuffer = 64 * 1024;

export interface RequestBody {
  /** undefined where the body is empty. */
  bytes: Uint8Array | undefined;
  /** Gives the body's share of the budget back. */
  release(): void;
}

/**
 * Reads a request's body into one buffer that grows with what has arrived, whatever was announced and however small the
 * chunks are. Rejects with BodyTooLarge as soon as the limit is known to be exceeded, with BudgetExhausted where there
 * is no room for more, and with ClientGone.
 */
export function readBody(
  request: IncomingMessage,
  budget: ByteBudget,
  limit = bodyLimit,
): Promise<RequestBody> {
  const announced = request.headers['content-length'];
  const length = announced === undefined ? undefined : Number(announced);
  if (length === 0 || (length === undefined && request.headers['transfer-encoding'] === undefined))
    return Promise.resolve({ bytes: undefined, release: () => {} });
  if (length !== undefined && length > limit) return Promise.reject(new BodyTooLarge());
  return new Promise((resolve, reject) => {
    let buffer = Buffer.alloc(0);
    let received = 0;
    const release = () => {
      budget.give(buffer.length);
      buffer = Buffer.alloc(0);
    };
    const fail = (error: Error) => {
      request.off('data', append);
      release();
      reject(error);
    };
    const append = (chunk: Buffer) => {
      const needed = received + chunk.length;
      if (needed > limit) return fail(new BodyTooLarge());
      if (needed > buffer.length) {
        const size = Math.min(limit, length ?? limit, Math.max(needed, 2 * buffer.length, smallestBuffer));
        if (!budget.take(size - buffer.length)) return fail(new BudgetExhausted());
        const larger = Buffer.allocUnsafeSlow(size);
        buffer.copy(larger, 0, 0, received);
        buffer = larger;
      }
      chunk.copy(buffer, received);
      received = needed;
    };
    request.on('data', append);
    request.once('end', () =>
      resolve({ bytes: received === 0 ? undefined : buffer.subarray(0, received), release }),
    );
    request.once('error', () => fail(new ClientGone()));
    request.once('close', () => !request.complete && fail(new ClientGone()));
  });
}

/** How much of a body that nobody wants is read, so that its client gets to read the response. */
const discarded = 8 * 2 ** 20;
const discardMs = 2_000;

/** Reads and forgets what is left of a body, within bounds; then ends the connection. */
export function discardBody(request: IncomingMessage): void {
  if (request.complete) return;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discarded) request.destroy();
  });
  const timer = setTimeout(() => request.destroy(), discardMs);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
