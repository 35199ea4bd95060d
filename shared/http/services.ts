import type { Context as HonoContext } from 'hono';
import type { EnrolContext } from '../collections/context.ts';
import type { Galleries } from '../collections/galleries.ts';
import type { Config, Subscription } from '../config.ts';
import type { Readiness } from './readiness.ts';

/** What the application is put together from. */
export interface Services extends EnrolContext {
  config: Pick<
    Config,
    'subscriptions' | 'strictModels' | 'legacyErrorCodes' | 'allowPrivateUrls' | 'ownModels' | 'rateLimits'
  >;
  galleries: Galleries;
  readiness: () => Readiness;
  /** For the operator: one line or more, without face data. */
  log: (message: string) => void;
}

/** What every handler finds in its context. */
export interface Env {
  Variables: {
    /** UUID that the answer carries as `apim-request-id`. */
    requestId: string;
    /** Whose key the request carries. */
    subscription: Subscription;
  };
}

export type Context = HonoContext<Env>;
