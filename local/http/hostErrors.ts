import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpAnswer } from './httpData.ts';

/** What the host itself answers, in the shape of the Face API contract. */
const errors = {
  400: ['BadRequest', 'The request is malformed.'],
  404: ['404', 'Resource not found'],
  408: ['OperationTimeOut', 'Request Timeout.'],
  413: ['RequestEntityTooLarge', 'The request body is too large.'],
  414: ['RequestUriTooLong', 'The URL is too long.'],
  429: ['429', 'Too many requests are under way. Try again in 1 seconds.'],
  431: ['RequestHeaderFieldsTooLarge', 'The request headers are too large.'],
  503: ['ServiceUnavailable', 'The service is starting or has too much to do. Try again in 1 seconds.'],
} as const;

export type HostErrorStatus = keyof typeof errors;

/** As the real host answers where a function throws. */
export const functionFailed: HttpAnswer = { status: 500, headers: {}, body: undefined };

export function hostError(status: HostErrorStatus): HttpAnswer {
  const [code, message] = errors[status];
  const retry = status === 429 || status === 503 ? { 'retry-after': '1' } : {};
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-ms-error-code': code, ...retry },
    body: Buffer.from(JSON.stringify({ error: { code, message } })),
  };
}

/** Answers what is no HTTP request at all. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const { headers, body } = hostError(status);
  const lines = Object.entries({ ...headers, 'content-length': body!.length, connection: 'close' });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body!]));
}
