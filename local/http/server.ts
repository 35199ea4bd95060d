import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpData } from '../core-types.ts';
import type { HttpSettings } from '../host-settings.ts';
import type { Log } from '../log.ts';
import { BodyTooLarge, ClientGone, readBody } from './body.ts';
import { createGate, type Gate } from './gate.ts';
import { type HttpAnswer, requestUrl, toAnswer, toHttpData } from './messages.ts';
import { type Route, splitPath } from './routes.ts';

export interface HttpEndpoint {
  methods: readonly string[];
  route: Route;
  /** What the function returns; undefined for nothing. */
  run(request: HttpData): Promise<HttpData | undefined>;
}

export interface HttpFront {
  /** http://host:port */
  url: string;
  /** Until then every request is answered 503: the port is taken before there is anything to serve. */
  serve(endpoints: readonly HttpEndpoint[], settings: HttpSettings): void;
  /** Takes no new connection, lets what runs finish, and resolves when its answers are out. */
  drain(): Promise<void>;
}

/** How long an upload that has begun may go on once the host stops, in ms. */
const uploadGrace = 5_000;

/** Listens on a port; 0 picks a free one. Rejects with the socket's error, e.g. EADDRINUSE. */
export async function listen(host: string, port: number, log: Log): Promise<HttpFront> {
  let endpoints: readonly HttpEndpoint[] | undefined;
  let settings: HttpSettings | undefined;
  let gate: Gate = createGate(-1, -1);
  let draining = false;
  /** Each until its function has ended and its answer is out. */
  const open = new Map<IncomingMessage, Promise<void>>();

  const accept = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const work = handle(request, response, expectsContinue).finally(() => open.delete(request));
    open.set(request, work);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const started = performance.now();
    const closed = new Promise((resolve) => response.once('close', resolve));
    request.on('error', () => {}); // A client that goes away is no error of the host's.
    response.on('error', () => {});
    const answer = await answerTo(request, () => expectsContinue && response.writeContinue());
    if (answer) {
      try {
        send(request, response, answer, draining);
      } catch (error) {
        const { message } = error as Error;
        log('error', `${request.method} ${pathOf(request)}: its answer cannot be sent: ${message}`);
        send(request, response, empty(500), draining);
      }
    }
    await closed;
    const took = (performance.now() - started).toFixed(1);
    log('debug', `${request.method} ${pathOf(request)} ${response.statusCode} ${took} ms`);
  };

  const answerTo = async (
    request: IncomingMessage,
    wantBody: () => void,
  ): Promise<HttpAnswer | undefined> => {
    if (!endpoints || !settings) return empty(503, { 'retry-after': '1' });
    const url = requestUrl(request, address);
    if (!url) return empty(400);
    const segments = splitPath(url.pathname);
    for (const { methods, route, run } of endpoints) {
      const parameters = methods.includes(request.method!) ? route.match(segments) : undefined;
      if (!parameters) continue;
      const leave = await gate.enter();
      if (!leave) return empty(429);
      try {
        wantBody();
        const body = await readBody(request);
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
      gate = createGate(newSettings.maxConcurrentRequests, newSettings.maxOutstandingRequests);
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
      server.closeAllConnections(); // What is left has asked for nothing.
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
  // Of a HEAD the function alone knows the length.
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

/** Queries may hold keys: they are never logged. */
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
