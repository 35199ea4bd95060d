import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpData } from '../functionsCoreTypes.ts';
import type { HttpSettings } from '../hostJson.ts';
import type { Log } from '../log.ts';
import { ByteBudget } from './byteBudget.ts';
import { createConcurrencyLimit } from './concurrencyLimit.ts';
import { probeAfterEnd } from './goneClients.ts';
import type { CheckRequestHead } from './headCheck.ts';
import { functionFailed, hostError, refuseMalformed } from './hostErrors.ts';
import { type HttpAnswer, requestUrl, toAnswer, toHttpData } from './httpData.ts';
import { BodyTooLarge, BudgetExhausted, ClientGone, discardBody, readBody } from './requestBody.ts';
import { sendAnswer } from './responseBody.ts';
import { type Route, splitPath } from './routeTemplates.ts';

export interface HttpEndpoint {
  methods: readonly string[];
  route: Route;
  /** Runs the function; undefined where it returns nothing. signal: aborts when the client has gone. */
  run(request: HttpData, signal: AbortSignal): Promise<HttpData | undefined>;
}

export interface HttpFront {
  /** http://host:port */
  url: string;
  /** Begins to serve. Until then every request is answered 503: the port is taken before there is anything to serve. */
  serve(
    endpoints: readonly HttpEndpoint[],
    settings: HttpSettings,
    checkHead?: CheckRequestHead | undefined,
  ): void;
  /**
   * Accepts no new connection, lets what runs finish, and resolves when all responses are sent, or after half a minute
   * for those that nobody reads.
   */
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

/** How long a stopping host waits for responses to be read, in ms. */
const drainDeadline = 30_000;
/** How long a client may take to send a request, in ms. */
const requestTimeout = 120_000;
/** Requests of one connection that may be under way: those that are pipelined wait for each other. */
const mostPipelined = 16;
/** Bytes that all bodies under way may hold, requests' and responses'. */
const bodyBudget = 384 * 2 ** 20;

/** Limits of the real host, in characters. */
const maxUrlLength = 8_192;
const maxQueryLength = 4_096;

/** Listens on a port. Rejects with the socket's error, e.g. EADDRINUSE. */
export async function listen({ host, port, log, strict = false }: HttpServerOptions): Promise<HttpFront> {
  let endpoints: readonly HttpEndpoint[] | undefined;
  let settings: HttpSettings | undefined;
  let limit = createConcurrencyLimit(-1, -1);
  let checkHead: CheckRequestHead | undefined;
  let draining = false;
  const budget = new ByteBudget(bodyBudget);
  const pipelined = new WeakMap<Socket, number>();
  /** Each until its function has ended and its response is sent. */
  const open = new Map<IncomingMessage, Promise<void>>();

  const accept = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const work = handle(request, response, expectsContinue).finally(() => open.delete(request));
    open.set(request, work);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const started = performance.now();
    const { socket } = request;
    const ahead = pipelined.get(socket) ?? 0;
    pipelined.set(socket, ahead + 1);
    const client = new AbortController();
    const closed = new Promise<void>((resolve) => {
      // Of requests that are pipelined, only the first has a response that notices the connection's end.
      const end = () => {
        for (const closing of [response, socket]) closing.off('close', end);
        resolve();
      };
      for (const closing of [response, socket]) closing.once('close', end);
    }).then(() => {
      stopProbing();
      if (!response.writableFinished) client.abort(new ClientGone());
    });
    const stopProbing = probeAfterEnd(socket, response);
    // A client that disconnects is no error of the host's.
    request.on('error', () => {});
    response.on('error', () => {});
    const answer =
      ahead >= mostPipelined
        ? hostError(503)
        : await answerTo(request, client.signal, () => expectsContinue && response.writeContinue());
    if (answer) {
      const close = draining || ahead >= mostPipelined;
      try {
        sendAnswer(request, response, answer, budget, close);
      } catch (error) {
        const { message } = error as Error;
        log('error', `${request.method} ${pathOf(request)}: the response cannot be sent: ${message}`);
        sendAnswer(request, response, functionFailed, budget, close);
      }
      discardBody(request);
    }
    await closed;
    pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1);
    const took = (performance.now() - started).toFixed(1);
    log('debug', `${request.method} ${pathOf(request)} ${response.statusCode} ${took} ms`);
  };

  const answerTo = async (
    request: IncomingMessage,
    signal: AbortSignal,
    sendContinue: () => void,
  ): Promise<HttpAnswer | undefined> => {
    if (!endpoints || !settings) return hostError(503);
    const url = requestUrl(request, address);
    if (!url) return hostError(400);
    if (strict && (url.href.length > maxUrlLength || url.search.length > maxQueryLength))
      return hostError(414);
    const segments = splitPath(url.pathname);
    const method = request.method!;
    for (const { methods, route, run } of endpoints) {
      const parameters = methods.includes(method) ? route.match(segments) : undefined;
      if (!parameters) continue;
      const leave = await limit.enter();
      if (!leave) return hostError(429);
      try {
        const decision = await checkHead?.({ method, url: url.href, headers: request.headers });
        if (decision && 'answer' in decision) return decision.answer;
        sendContinue();
        const noBody = strict && request.headers['content-length'] === undefined;
        const body = noBody
          ? undefined
          : await readBody(request, budget, decision?.bodyLimit).catch((error) => {
              if (error instanceof BodyTooLarge && decision) return decision.tooLarge;
              throw error;
            });
        if (body && 'status' in body) return body;
        try {
          const data = toHttpData(request, url, parameters, body?.bytes);
          return toAnswer(await run(data, signal), settings.customHeaders);
        } finally {
          body?.release();
        }
      } catch (error) {
        if (error instanceof ClientGone || signal.aborted) return undefined;
        if (error instanceof BodyTooLarge) return hostError(413);
        return error instanceof BudgetExhausted ? hostError(503) : functionFailed;
      } finally {
        leave();
      }
    }
    return hostError(404);
  };

  const server = createServer({
    maxHeaderSize: 32 * 1024,
    keepAliveTimeout: 65_000,
    requestTimeout,
    joinDuplicateHeaders: true,
  });
  // A client that has sent everything may close its half of the connection and still read the response.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', refuseMalformed);
  server.on('request', (request, response) => accept(request, response, false));
  server.on('checkContinue', (request, response) => accept(request, response, true));
  const address = await listening(server, host, port);

  return {
    url: `http://${address}`,
    serve(newEndpoints, newSettings, newCheckHead) {
      checkHead = newCheckHead;
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
      const deadline = setTimeout(() => server.closeAllConnections(), drainDeadline);
      while (open.size > 0) await Promise.all(open.values());
      server.closeAllConnections(); // Those that are left carry no request.
      await closed;
      clearTimeout(grace);
      clearTimeout(deadline);
    },
  };
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
