import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  concurrentOperation,
  FaceError,
  internalError,
  legacyErrors,
  malformedJson,
  overloaded,
  timedOut,
  unsupportedMediaType,
} from '../errors.ts';
import { StoreConflict } from '../storage/store.ts';
import { Overloaded } from '../vision/overload.ts';
import type { AppContext } from './appContext.ts';

/**
 * Makes the handler that turns what was thrown into a response of the contract. An unexpected error is logged and
 * answered without its message. legacyCodes: whether to answer 401 and 429 as before 2020.
 */
export function createErrorHandler(legacyCodes: boolean, log: (message: string) => void) {
  return (thrown: Error, c: AppContext) => {
    // Nobody reads the response to a client that has gone.
    let error = c.req.raw.signal.aborted ? timedOut() : asFaceError(thrown);
    if (!error) {
      log(`Request ${c.get('requestId')} failed: ${thrown.stack ?? thrown.message}`);
      error = internalError();
    }
    const { status, code, message, headers } = error;
    const body = { error: { code, message, ...(legacyCodes && legacyErrors[code]) } };
    // Clients of the newer versions read the code from a header.
    return c.json(body, status as ContentfulStatusCode, { ...headers, 'x-ms-error-code': body.error.code });
  };
}

function asFaceError(thrown: Error): FaceError | undefined {
  if (thrown instanceof FaceError) return thrown;
  if (thrown instanceof StoreConflict) return concurrentOperation(thrown.id);
  if (thrown instanceof Overloaded) return overloaded(thrown.retryAfterSeconds);
  // The validators throw these for a media type that a route does not declare and for malformed JSON.
  if (thrown instanceof HTTPException && thrown.status === 415) return unsupportedMediaType();
  if (thrown instanceof HTTPException && thrown.status === 400) return malformedJson();
  return undefined;
}
