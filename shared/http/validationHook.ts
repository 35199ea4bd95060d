import type { Hook } from '@hono/zod-openapi';
import { badArgument, invalidRequestBody } from '../errors.ts';
import type { AppEnv } from './appContext.ts';

/**
 * Throws FaceError 400 BadArgument for what a schema refused. The message is that of the schema, except where a body
 * lacks a property or has one of the wrong type.
 */
// biome-ignore lint/suspicious/noExplicitAny: one hook for the data of every route
export const throwBadArgument: Hook<any, AppEnv, any, void> = (result) => {
  if (result.success) return;
  const { issues } = result.error;
  if (result.target === 'json' && issues.some(({ code }) => structural.has(code))) throw invalidRequestBody();
  throw badArgument(issues[0]!.message);
};

const structural = new Set(['invalid_type', 'invalid_union', 'unrecognized_keys']);
