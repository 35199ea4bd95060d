import * as z from 'zod/mini';
import { ApiError } from './apiError.ts';
import { readClock } from './clock.ts';
import { paced, pauseFor } from './pace.ts';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /face/v1.0, without a slash at the start. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** JSON, or the bytes of an image. */
  body?: object | Blob;
  signal?: AbortSignal;
}

export interface Answer<T> {
  value: T;
  headers: Headers;
}

/** How often a call that the service put off is made again. */
const attempts = 40;

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * Calls the API of this very origin. A 429 or 503 with Retry-After is made again after that time, and so wait all other
 * calls. Throws ApiError.
 */
export async function call<T>(key: string, schema: z.ZodMiniType<T>, request: Call): Promise<Answer<T>> {
  for (let attempt = 1; ; attempt++) {
    await paced(request.signal);
    const response = await send(`/face/v1.0/${request.path}${queryOf(request.query)}`, {
      method: request.method ?? 'GET',
      headers: { 'Ocp-Apim-Subscription-Key': key, ...contentType(request.body) },
      ...(request.body && { body: bodyOf(request.body) }),
      ...(request.signal && { signal: request.signal }),
    });
    readClock(response.headers);
    if (response.ok) return { value: await read(response, schema), headers: response.headers };
    const error = await errorOf(response);
    if (error.retryAfter === undefined || ![429, 503].includes(error.status) || attempt >= attempts)
      throw error;
    pauseFor(error.retryAfter);
  }
}

/** An operation that answers nothing. */
export const nothing = z.unknown();

/** fetch, whose failure is an ApiError too. */
export async function send(
  url: string,
  init: RequestInit & { headers: Record<string, string> },
): Promise<Response> {
  // A browser refuses to send them, with an error that looks like a network's.
  if (Object.values(init.headers).some((value) => /[^\x20-\x7e]/.test(value)))
    throw new ApiError(0, 'BadKey', 'The key holds a character that no key holds, such as a curly quote.');
  try {
    return await fetch(url, { ...init, credentials: 'omit', cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'NoAnswer', 'The service did not answer. Is it running, and is the network there?');
  }
}

async function read<T>(response: Response, schema: z.ZodMiniType<T>): Promise<T> {
  const text = await response.text();
  const parsed = schema.safeParse(text === '' ? undefined : JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new ApiError(
    response.status,
    'UnexpectedAnswer',
    `The service answered what this console does not understand: ${parsed.error.issues[0]?.message}.`,
    requestIdOf(response),
  );
}

export async function errorOf(response: Response): Promise<ApiError> {
  const body = errorBody.safeParse(await response.json().catch(() => undefined));
  const { code, message } = body.success
    ? body.data.error
    : { code: String(response.status), message: response.statusText || 'The service refused the call.' };
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? Math.max(seconds, 0.2) : undefined;
  return new ApiError(response.status, code, message, requestIdOf(response), retryAfter);
}

const requestIdOf = (response: Response) => response.headers.get('apim-request-id') ?? undefined;

const contentType = (body: Call['body']): Record<string, string> =>
  body ? { 'Content-Type': body instanceof Blob ? 'application/octet-stream' : 'application/json' } : {};

const bodyOf = (body: object | Blob) => (body instanceof Blob ? body : JSON.stringify(body));

export function queryOf(query: Call['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}
