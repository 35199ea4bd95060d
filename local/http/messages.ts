import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { serialize } from 'cookie';
import type { HttpCookie, HttpData } from '../core-types.ts';

export interface HttpAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Uint8Array | undefined;
}

/** The address a request was made to, or undefined where its Host or target makes none. */
export function requestUrl(request: IncomingMessage, fallbackHost: string): URL | undefined {
  const target = request.url ?? '/';
  const text = target.startsWith('/') ? `http://${request.headers.host ?? fallbackHost}${target}` : target;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const usable = /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return usable ? url : undefined;
}

/** A request in the shape the real host hands it over. */
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

/** What a function returned, as it goes on the wire; nothing returned is an empty 200. */
export function toAnswer(
  http: HttpData | null | undefined,
  customHeaders: Record<string, string>,
): HttpAnswer {
  if (!http) return { status: 200, headers: customHeaders, body: undefined };
  const status = Number(http.statusCode ?? 200);
  const headers: OutgoingHttpHeaders = { ...customHeaders };
  for (const [name, value] of Object.entries(http.headers ?? {})) headers[name.toLowerCase()] = value;
  // The length is counted and the framing chosen here.
  delete headers['transfer-encoding'];
  delete headers.connection;
  const cookies = (http.cookies ?? []).map(toSetCookie);
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  const bytes = http.body?.bytes ?? (http.body?.string ? Buffer.from(http.body.string) : undefined);
  return { status, headers, body: bytes && bytes.length > 0 ? bytes : undefined };
}

/** Repeated keys join with a comma; keys differ only by more than case. */
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

function toSetCookie(cookie: HttpCookie): string {
  const sameSite = { none: false, lax: 'lax', strict: 'strict', explicitNone: 'none' } as const;
  const seconds = cookie.expires?.value?.seconds;
  return serialize(cookie.name ?? '', cookie.value ?? '', {
    ...(cookie.domain?.value && { domain: cookie.domain.value }),
    ...(cookie.path?.value && { path: cookie.path.value }),
    ...(typeof seconds === 'number' && { expires: new Date(seconds * 1000) }),
    ...(typeof cookie.maxAge?.value === 'number' && { maxAge: cookie.maxAge.value }),
    secure: cookie.secure?.value === true,
    httpOnly: cookie.httpOnly?.value === true,
    sameSite: sameSite[cookie.sameSite ?? 'none'],
  });
}
