import type { MiddlewareHandler } from 'hono';
import type { RateLimits, Subscription } from '../config.ts';
import { rateLimited } from '../errors.ts';
import type { AppEnv } from './appContext.ts';

/**
 * Limits the calls of each subscription within any window of its tier's length, counted in this process.
 * Throws FaceError 429 with the seconds until the next call is allowed. now: milliseconds since 1970.
 */
export function limitRate(limits: RateLimits, now: () => number = Date.now): MiddlewareHandler<AppEnv> {
  const calls = new Map<Subscription, number[]>();
  return async (c, next) => {
    const { subscription } = c.var;
    const limit = limits[subscription.tier];
    if (limit) {
      const time = now();
      const recent = (calls.get(subscription) ?? []).filter((at) => time - at < limit.seconds * 1000);
      calls.set(subscription, recent);
      if (recent.length >= limit.calls) {
        throw rateLimited(Math.ceil((recent[0]! + limit.seconds * 1000 - time) / 1000));
      }
      recent.push(time);
    }
    await next();
  };
}
