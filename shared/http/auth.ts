import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Subscription } from '../config.ts';
import { FaceError } from '../errors.ts';
import type { AppEnv } from './appContext.ts';

/** Lets through who brings a key, in a header or in the query, and tells the handlers whose it is. */
export function authenticate(subscriptions: readonly Subscription[]): MiddlewareHandler<AppEnv> {
  const digests = subscriptions.flatMap((subscription) =>
    subscription.keys.map((key) => ({ subscription, digest: digestOf(key) })),
  );
  return async (c, next) => {
    const given = digestOf(c.req.header('Ocp-Apim-Subscription-Key') || keyInQuery(c.req.url));
    let owner: Subscription | undefined;
    // Digests are of one length and all are compared: the time taken tells nothing of a key.
    for (const { subscription, digest } of digests) if (timingSafeEqual(digest, given)) owner = subscription;
    if (!owner) throw accessDenied();
    c.set('subscription', owner);
    await next();
  };
}

export const accessDenied = () =>
  new FaceError(
    401,
    '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  );

const digestOf = (key: string) => createHash('sha256').update(key).digest();

function keyInQuery(url: string): string {
  for (const [name, value] of new URL(url).searchParams)
    if (name.toLowerCase() === 'subscription-key') return value;
  return '';
}
