import { signal } from '@preact/signals';
import * as z from 'zod/mini';
import { serverNow } from '../api/clock.ts';
import type { Kind } from '../api/collectionKinds.ts';
import type { Training } from '../api/schemas.ts';
import { readStored, writeStored } from '../storage.ts';

/** When this browser last changed a collection that needs training, by the service's clock in ms. */
const changes = signal(readStored(localStorage, 'visage.changes', z.record(z.string(), z.number()), {}));

const nameOf = (profile: string, kind: Kind, id: string) => `${profile}/${kind.path}/${id}`;

function save(changed: Record<string, number>): void {
  changes.value = changed;
  writeStored(localStorage, 'visage.changes', changed);
}

export const noteChange = (profile: string, kind: Kind, id: string) =>
  save({ ...changes.value, [nameOf(profile, kind, id)]: serverNow() });

/** A training was asked for: it holds every change so far. */
export function noteTraining(profile: string, kind: Kind, id: string): void {
  const { [nameOf(profile, kind, id)]: _, ...rest } = changes.value;
  save(rest);
}

/** Whether something changed that the last training does not hold. The clock is known to a second. */
export function isUntrained(profile: string, kind: Kind, id: string, last: Training | undefined): boolean {
  const changed = changes.value[nameOf(profile, kind, id)];
  return changed !== undefined && (!last || Date.parse(last.createdDateTime) < changed + 1500);
}
