import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { badArgument, FaceError } from '../errors.ts';
import { StoreConflict } from '../storage/store.ts';
import { Overloaded } from '../vision/overload.ts';
import type { AppContext } from './appContext.ts';

/** Turns what was thrown into the contract's answer. legacyCodes: 401 and 429 as until 2020. */
export function errorAnswer(legacyCodes: boolean, log: (message: string) => void) {
  return (thrown: Error, c: AppContext) => {
    const { status, code, message, headers } = asFaceError(thrown) ?? unexpected(thrown, c, log);
    const error = { code, message, ...(legacyCodes && legacyErrors[code]) };
    // Clients of the newer versions read the code from a header.
    return c.json({ error }, status as ContentfulStatusCode, { ...headers, 'x-ms-error-code': error.code });
  };
}

export const notFound = () => new FaceError(404, '404', 'Resource not found');

function asFaceError(thrown: Error): FaceError | undefined {
  if (thrown instanceof FaceError) return thrown;
  if (thrown instanceof StoreConflict)
    return new FaceError(
      409,
      'ConcurrentOperationConflict',
      `There is a conflict operation on resource \`${thrown.id}\`, please try later.`,
    );
  if (thrown instanceof Overloaded)
    return new FaceError(429, '429', thrown.message, { 'Retry-After': String(thrown.retryAfterSeconds) });
  // Thrown by the validators, for a media type that a route does not declare and for malformed JSON.
  if (thrown instanceof HTTPException && thrown.status === 415)
    return new FaceError(415, 'BadArgument', 'Invalid Media Type.');
  if (thrown instanceof HTTPException && thrown.status === 400) return badArgument('JSON parsing error.');
  return undefined;
}

function unexpected(thrown: Error, c: AppContext, log: (message: string) => void): FaceError {
  log(`Request ${c.get('requestId')} failed: ${thrown.stack ?? thrown.message}`);
  return new FaceError(500, 'InternalServerError', 'Internal server error.');
}

const legacyErrors: Record<string, { code: string; message?: string }> = {
  401: {
    code: 'Unspecified',
    message:
      'Access denied due to invalid subscription key. Make sure you are subscribed to an API you are trying to call and provide the right key.',
  },
  429: { code: 'RateLimitExceeded' },
};
