import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { type FaceError, imageTooBig, invalidRequestBody } from '../errors.ts';
import type { AppDeps, AppEnv } from './appContext.ts';
import { authenticate } from './auth.ts';
import { canonicalPath } from './canonicalPath.ts';
import { maxImageBytes } from './contract/image.schema.ts';
import { allowOrigins } from './cors.ts';
import { createErrorHandler } from './errorResponse.ts';
import { isJson, maxJsonBytes } from './jsonBody.ts';
import { addCharset } from './responses.ts';

/** What is known of a request before its body. */
export interface RequestHead {
  method: string;
  /** Absolute. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** A response that needs no body, or how many bytes the body may have and the response to a longer one. */
export type HeadDecision = { answer: Answer } | { bodyLimit: number; tooLarge: Answer };

/**
 * Makes the check of a request that is done before its body is read: whose it is, and whether the body it announces is
 * too long. The application checks both again, as not every host asks first.
 */
export function createHeadCheck({ config, log }: Pick<AppDeps, 'config' | 'log'>) {
  const app = new Hono<AppEnv>({ getPath: (request) => canonicalPath(request.url) });
  app.onError(createErrorHandler(config.legacyErrorCodes, log));
  app.use(requestId({ headerName: 'apim-request-id', limitLength: 0 }), addCharset);
  app.use(allowOrigins(config.corsOrigins));
  app.get('/refused', (c) => {
    throw tooLarge(c.req.header('content-type'));
  });
  app.use('/face/*', authenticate(config.subscriptions));
  app.use((c) => {
    const type = c.req.header('content-type');
    if (Number(c.req.header('content-length')) > limitOf(type)) throw tooLarge(type);
    return Promise.resolve(c.body(null, 204));
  });
  return async ({ method, url, headers }: RequestHead): Promise<HeadDecision> => {
    const known = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    );
    const response = await app.fetch(new Request(url, { method, headers: known }));
    if (response.status !== 204) return { answer: await answerOf(response) };
    const refused = new Request(new URL('/refused', url), { headers: known });
    return {
      bodyLimit: limitOf(new Headers(known).get('content-type') ?? undefined),
      tooLarge: await answerOf(await app.fetch(refused)),
    };
  };
}

const limitOf = (contentType: string | undefined) => (isJson(contentType) ? maxJsonBytes : maxImageBytes);

const tooLarge = (contentType: string | undefined): FaceError =>
  isJson(contentType) ? invalidRequestBody() : imageTooBig();

async function answerOf(response: Response): Promise<Answer> {
  const body = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}
