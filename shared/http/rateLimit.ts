import type { MiddlewareHandler } from 'hono';
import type { RateLimits, Subscription } from '../config.ts';
import { FaceError } from '../errors.ts';
import type { AppEnv } from './appContext.ts';

/**
 * Lets each subscription make as many calls in any window of its tier as it may, in this instance; the others are
 * told when to come again. now: milliseconds.
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
        throw rateExceeded(Math.ceil((recent[0]! + limit.seconds * 1000 - time) / 1000));
      }
      recent.push(time);
    }
    await next();
  };
}

const rateExceeded = (seconds: number) =>
  new FaceError(429, '429', `Rate limit is exceeded. Try again in ${seconds} seconds.`, {
    'Retry-After': `${seconds}`,
  });
