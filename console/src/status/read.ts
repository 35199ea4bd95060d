import * as z from 'zod/mini';
import { ApiError, asApiError } from '../api/apiError.ts';
import { queryOf, send } from '../api/call.ts';

const health = z.object({ status: z.string(), reason: z.optional(z.string()) });

const state = z.looseObject({
  version: z.optional(z.string()),
  models: z.optional(z.unknown()),
  /** `ok`, or why a part is down. */
  parts: z.optional(z.record(z.string(), z.string())),
  quotas: z.optional(z.unknown()),
});
export type State = z.infer<typeof state>;

export interface Reading<T> {
  data?: T;
  /** Why there is none. A 404 is no error: the service is of a version without it, or it is not switched on. */
  error?: ApiError;
  milliseconds: number;
}

export const readHealth = () => read('/health', health, {}, [200, 503]);
export const readStatus = (key: string) =>
  read(`/status${queryOf()}`, state, { 'Ocp-Apim-Subscription-Key': key });
export const readOperator = (key: string) =>
  read('/operator/v1/status', z.looseObject({}), { Authorization: `Bearer ${key}` });

/** Whether documents can be read, told by a listing of one. */
export const readStore = (key: string) =>
  read('/face/v1.0/persongroups?top=1', z.unknown(), { 'Ocp-Apim-Subscription-Key': key });

async function read<T>(
  url: string,
  schema: z.ZodMiniType<T>,
  headers: Record<string, string>,
  good: readonly number[] = [200],
): Promise<Reading<T>> {
  const started = performance.now();
  const took = () => performance.now() - started;
  try {
    const response = await send(url, { headers });
    const requestId = response.headers.get('apim-request-id') ?? undefined;
    const body: unknown = await response.json().catch(() => undefined);
    const parsed = schema.safeParse(body);
    if (good.includes(response.status) && parsed.success) return { data: parsed.data, milliseconds: took() };
    const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) }).safeParse(body);
    const { code, message } = refusal.success
      ? refusal.data.error
      : { code: `${response.status}`, message: response.statusText || 'An answer that was not expected.' };
    return { error: new ApiError(response.status, code, message, requestId), milliseconds: took() };
  } catch (error) {
    return { error: asApiError(error), milliseconds: took() };
  }
}
