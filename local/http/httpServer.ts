import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpData } from '../functionsCoreTypes.ts';
import type { HttpSettings } from '../hostJson.ts';
import type { Log } from '../log.ts';
import { createConcurrencyLimit } from './concurrencyLimit.ts';
import { type HttpAnswer, requestUrl, toAnswer, toHttpData } from './httpData.ts';
import { BodyTooLarge, ClientGone, readBody } from './requestBody.ts';
import { type Route, splitPath } from './routeTemplates.ts';

export interface HttpEndpoint {
  methods: readonly string[];
  route: Route;
  /** Runs the function; undefined where it returns nothing. */
  run(request: HttpData): Promise<HttpData | undefined>;
}

export interface HttpFront {
  /** http://host:port */
  url: string;
  /** Begins to serve. Until then every request is answered 503: the port is taken before there is anything to serve. */
  serve(endpoints: readonly HttpEndpoint[], settings: HttpSettings): void;
  /** Accepts no new connection, lets what runs finish, and resolves when all responses are sent. */
  drain(): Promise<void>;
}

export interface HttpServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  log: Log;
  /** Applies the limits of Azure Functions: URLs and queries are bounded, and a body needs a Content-Length. */
  strict?: boolean;
}

/** How long an upload that has begun may continue once the host stops, in ms. */
const uploadGrace = 5_000;

/** Limits of the real host, in characters. */
const maxUrlLength = 8_192;
const maxQueryLength = 4_096;

/** Listens on a port. Rejects with the socket's error, e.g. EADDRINUSE. */
export async function listen({ host, port, log, strict = false }: HttpServerOptions): Promise<HttpFront> {
  let endpoints: readonly HttpEndpoint[] | undefined;
  let settings: HttpSettings | undefined;
  let limit = createConcurrencyLimit(-1, -1);
  let draining = false;
  /** Each until its function has ended and its response is sent. */
  const open = new Map<IncomingMessage, Promise<void>>();

  const accept = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const work = handle(request, response, expectsContinue).finally(() => open.delete(request));
    open.set(request, work);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const started = performance.now();
    const closed = new Promise((resolve) => response.once('close', resolve));
    // A client that disconnects is no error of the host's.
    request.on('error', () => {});
    response.on('error', () => {});
    const answer = await answerTo(request, () => expectsContinue && response.writeContinue());
    if (answer) {
      try {
        send(request, response, answer, draining);
      } catch (error) {
        const { message } = error as Error;
        log('error', `${request.method} ${pathOf(request)}: the response cannot be sent: ${message}`);
        send(request, response, empty(500), draining);
      }
    }
    await closed;
    const took = (performance.now() - started).toFixed(1);
    log('debug', `${request.method} ${pathOf(request)} ${response.statusCode} ${took} ms`);
  };

  const answerTo = async (
    request: IncomingMessage,
    sendContinue: () => void,
  ): Promise<HttpAnswer | undefined> => {
    if (!endpoints || !settings) return empty(503, { 'retry-after': '1' });
    const url = requestUrl(request, address);
    if (!url) return empty(400);
    if (strict && (url.href.length > maxUrlLength || url.search.length > maxQueryLength)) return empty(414);
    const segments = splitPath(url.pathname);
    for (const { methods, route, run } of endpoints) {
      const parameters = methods.includes(request.method!) ? route.match(segments) : undefined;
      if (!parameters) continue;
      const leave = await limit.enter();
      if (!leave) return empty(429);
      try {
        sendContinue();
        const body =
          strict && request.headers['content-length'] === undefined ? undefined : await readBody(request);
        return toAnswer(await run(toHttpData(request, url, parameters, body)), settings.customHeaders);
      } catch (error) {
        if (error instanceof ClientGone) return undefined;
        return empty(error instanceof BodyTooLarge ? 413 : 500);
      } finally {
        leave();
      }
    }
    return empty(404);
  };

  const server = createServer({
    maxHeaderSize: 32 * 1024,
    keepAliveTimeout: 65_000,
    joinDuplicateHeaders: true,
  });
  server.on('request', (request, response) => accept(request, response, false));
  server.on('checkContinue', (request, response) => accept(request, response, true));
  const address = await listening(server, host, port);

  return {
    url: `http://${address}`,
    serve(newEndpoints, newSettings) {
      limit = createConcurrencyLimit(newSettings.maxConcurrentRequests, newSettings.maxOutstandingRequests);
      settings = newSettings;
      endpoints = newEndpoints;
    },
    async drain() {
      draining = true;
      const grace = setTimeout(() => {
        for (const request of open.keys()) if (!request.complete) request.destroy();
      }, uploadGrace);
      const closed = new Promise((resolve) => server.close(resolve));
      while (open.size > 0) await Promise.all(open.values());
      server.closeAllConnections(); // Those that are left carry no request.
      await closed;
      clearTimeout(grace);
    },
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  draining: boolean,
): void {
  const { status, body } = answer;
  const headers = { ...answer.headers };
  const bodiless = status === 204 || status === 304;
  // The response to a HEAD carries the length that its function set.
  if (bodiless) delete headers['content-length'];
  else if (request.method !== 'HEAD' || headers['content-length'] === undefined)
    headers['content-length'] = body?.length ?? 0;
  if (draining) headers.connection = 'close';
  response.writeHead(status, headers);
  response.end(bodiless || request.method === 'HEAD' ? undefined : body);
}

function empty(status: number, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, headers, body: undefined };
}

/** The path alone: queries may hold keys and are never logged. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0]!;
}

async function listening(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, port: taken, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${taken}` : `${address}:${taken}`;
}
