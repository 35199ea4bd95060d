import type { Context } from 'hono';
import type { EnrollmentDeps } from '../collections/collectionDeps.ts';
import type { Config, Subscription } from '../config.ts';
import type { GalleryCache } from '../galleries/cache.ts';
import type { Readiness } from './readiness.ts';

/** What the application needs. */
export interface AppDeps extends EnrollmentDeps {
  config: Pick<
    Config,
    | 'subscriptions'
    | 'strictModels'
    | 'legacyErrorCodes'
    | 'allowPrivateUrls'
    | 'corsOrigins'
    | 'trustProxy'
    | 'customModels'
    | 'rateLimits'
  >;
  galleries: GalleryCache;
  readiness: () => Readiness;
  /** Writes to the operator's log. The message has no face data, names, userData or keys. */
  log: (message: string) => void;
}

/** The variables of the Hono context in every handler. */
export interface AppEnv {
  Variables: {
    /** The UUID in the response header `apim-request-id`. */
    requestId: string;
    /** The subscription of the request's key. */
    subscription: Subscription;
  };
}

export type AppContext = Context<AppEnv>;
