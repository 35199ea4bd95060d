import type { Context as HonoContext } from 'hono';
import type { EnrollmentDeps } from '../collections/collectionDeps.ts';
import type { Config, Subscription } from '../config.ts';
import type { GalleryCache } from '../galleries/cache.ts';
import type { Readiness } from './readiness.ts';

/** What the application is put together from. */
export interface AppDeps extends EnrollmentDeps {
  config: Pick<
    Config,
    'subscriptions' | 'strictModels' | 'legacyErrorCodes' | 'allowPrivateUrls' | 'customModels' | 'rateLimits'
  >;
  galleries: GalleryCache;
  readiness: () => Readiness;
  /** For the operator: one line or more, without face data. */
  log: (message: string) => void;
}

/** What every handler finds in its context. */
export interface AppEnv {
  Variables: {
    /** UUID that the answer carries as `apim-request-id`. */
    requestId: string;
    /** Whose key the request carries. */
    subscription: Subscription;
  };
}

export type AppContext = HonoContext<AppEnv>;
