import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Subscription } from '../config.ts';
import { accessDenied } from '../errors.ts';
import type { AppEnv } from './appContext.ts';

/**
 * Finds the subscription of a request by its key, which is in a header or in the query.
 * Throws FaceError 401 where the key is missing or unknown.
 */
export function authenticate(subscriptions: readonly Subscription[]): MiddlewareHandler<AppEnv> {
  const digests = subscriptions.flatMap((subscription) =>
    subscription.keys.map((key) => ({ subscription, digest: digestOf(key) })),
  );
  return async (c, next) => {
    const requestDigest = digestOf(c.req.header('Ocp-Apim-Subscription-Key') || keyInQuery(c.req.url));
    let owner: Subscription | undefined;
    // All digests have one length and each is compared, so that the duration does not depend on the key.
    for (const { subscription, digest } of digests)
      if (timingSafeEqual(digest, requestDigest)) owner = subscription;
    if (!owner) throw accessDenied();
    c.set('subscription', owner);
    await next();
  };
}

const digestOf = (key: string) => createHash('sha256').update(key).digest();

function keyInQuery(url: string): string {
  for (const [name, value] of new URL(url).searchParams)
    if (name.toLowerCase() === 'subscription-key') return value;
  return '';
}
