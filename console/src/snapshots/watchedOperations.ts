import { effect, signal } from '@preact/signals';
import * as z from 'zod/mini';
import { asApiError, isMissing } from '../api/apiError.ts';
import { sleep } from '../api/pace.ts';
import { operation as operationSchema } from '../api/schemas.ts';
import { getOperation } from '../api/snapshotCalls.ts';
import { profiles } from '../keys/profiles.ts';
import { readStored, writeStored } from '../storage.ts';

const watchedOperation = z.object({
  id: z.string(),
  profile: z.string(),
  what: z.string(),
  last: z.optional(operationSchema),
  /** Why it could not be read last. */
  trouble: z.optional(z.string()),
});
export type WatchedOperation = z.infer<typeof watchedOperation>;

/** Takes and applies that this tab asked for. */
export const operations = signal(
  readStored(sessionStorage, 'visage.operations', z.array(watchedOperation), []),
);
effect(() => writeStored(sessionStorage, 'visage.operations', operations.value));

export const isOver = ({ last }: WatchedOperation) =>
  last?.status === 'succeeded' || last?.status === 'failed';

/** Reads how an operation stands until it is over. over: called then. */
export async function watch(
  begun: { id: string; profile: string; what: string },
  over?: () => unknown,
): Promise<void> {
  if (!operations.value.some(({ id }) => id === begun.id)) operations.value = [begun, ...operations.value];
  for (let pause = 300; ; pause = Math.min(3000, pause * 1.4)) {
    const key = profiles.value.find(({ id }) => id === begun.profile)?.key;
    if (!key) return;
    try {
      const last = await getOperation(key, begun.id);
      update(begun.id, { last, trouble: undefined });
      if (last.status === 'succeeded' || last.status === 'failed') break;
    } catch (error) {
      update(begun.id, { trouble: asApiError(error).message });
      if (isMissing(error)) return;
    }
    await sleep(pause);
  }
  over?.();
}

export const dismissOperation = (id: string) => {
  operations.value = operations.value.filter((each) => each.id !== id);
};

function update(id: string, change: Partial<WatchedOperation>): void {
  operations.value = operations.value.map((each) => (each.id === id ? { ...each, ...change } : each));
}
