import type { Hook } from '@hono/zod-openapi';
import { badArgument } from '../errors.ts';
import type { AppEnv } from './appContext.ts';
import { requestBodyInvalid } from './jsonBody.ts';

/**
 * What is refused by a schema, in the words of the contract: those that the schema gives, unless a body is not even
 * of the right form.
 */
// biome-ignore lint/suspicious/noExplicitAny: one hook for the data of every route
export const refuse: Hook<any, AppEnv, any, void> = (result) => {
  if (result.success) return;
  const { issues } = result.error;
  if (result.target === 'json' && issues.some(({ code }) => structural.has(code))) throw requestBodyInvalid();
  throw badArgument(issues[0]!.message);
};

const structural = new Set(['invalid_type', 'invalid_union', 'unrecognized_keys']);
