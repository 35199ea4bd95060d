import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { HttpData } from '../functionsCoreTypes.ts';

export interface HttpAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Uint8Array | undefined;
}

/** The URL of a request, or undefined where its Host header or target is not valid. */
export function requestUrl(request: IncomingMessage, fallbackHost: string): URL | undefined {
  const target = request.url ?? '/';
  const text = target.startsWith('/') ? `http://${request.headers.host ?? fallbackHost}${target}` : target;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const usable = /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return usable ? url : undefined;
}

/** A request in the shape in which the real host passes it on. */
export function toHttpData(
  request: IncomingMessage,
  url: URL,
  parameters: Record<string, string>,
  body: Uint8Array | undefined,
): HttpData {
  const headers = Object.entries(request.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')] as const,
  );
  return {
    method: request.method!,
    url: url.href,
    nullableHeaders: nullable(headers),
    nullableQuery: nullable(joinQuery(url.searchParams)),
    nullableParams: nullable(Object.entries(parameters)),
    ...(body && { body: { bytes: body } }),
  };
}

/** The HTTP response for what a function returned; an empty 200 where it returned nothing. */
export function toAnswer(
  http: HttpData | null | undefined,
  customHeaders: Record<string, string>,
): HttpAnswer {
  if (!http) return { status: 200, headers: customHeaders, body: undefined };
  const status = Number(http.statusCode ?? 200);
  const headers: OutgoingHttpHeaders = { ...customHeaders };
  for (const [name, value] of Object.entries(http.headers ?? {})) headers[name.toLowerCase()] = value;
  // The server sets the framing itself.
  delete headers['transfer-encoding'];
  delete headers.connection;
  const bytes = http.body?.bytes ?? (http.body?.string ? Buffer.from(http.body.string) : undefined);
  return { status, headers, body: bytes && bytes.length > 0 ? bytes : undefined };
}

/** Joins the values of repeated keys with a comma; keys are compared without regard to case. */
function joinQuery(query: URLSearchParams): [string, string][] {
  const joined = new Map<string, [string, string]>();
  for (const [key, value] of query) {
    const entry = joined.get(key.toLowerCase());
    if (entry) entry[1] += `,${value}`;
    else joined.set(key.toLowerCase(), [key, value]);
  }
  return [...joined.values()];
}

function nullable(entries: Iterable<readonly [string, string]>): Record<string, { value: string }> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}
