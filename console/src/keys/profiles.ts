import { computed, effect, signal } from '@preact/signals';
import * as z from 'zod/mini';
import { readStored, writeStored } from '../storage.ts';

const profile = z.object({
  id: z.string(),
  name: z.string(),
  key: z.string(),
  /** Id of the subscription, where it is known; others name it to hand it a snapshot. */
  subscription: z.optional(z.string()),
  /** Kept when the browser is closed, in localStorage; else in sessionStorage alone. */
  remembered: z.boolean(),
});
/** A subscription's key under a name of the user's. */
export type Profile = z.infer<typeof profile>;

const name = 'visage.profiles';
const stored = (storage: Storage) => readStored(storage, name, z.array(profile), []);

export const profiles = signal<Profile[]>(distinct([...stored(sessionStorage), ...stored(localStorage)]));
const chosen = signal(readStored(sessionStorage, 'visage.profile', z.string(), ''));

/** Whose key calls are made with; undefined before there is any. */
export const active = computed(
  () => profiles.value.find(({ id }) => id === chosen.value) ?? profiles.value[0],
);

effect(() => {
  writeStored(
    sessionStorage,
    name,
    profiles.value.filter(({ remembered }) => !remembered),
  );
  const remembered = profiles.value.filter((each) => each.remembered);
  if (remembered.length > 0) writeStored(localStorage, name, remembered);
  else localStorage.removeItem(name);
});
effect(() => writeStored(sessionStorage, 'visage.profile', chosen.value));

export const choose = (id: string) => {
  chosen.value = id;
};

/** Adds a profile, or changes the one that has this key, and makes it the active one. */
export function keep(given: Omit<Profile, 'id'>): Profile {
  const same = profiles.value.find(({ key }) => key === given.key);
  const kept = { ...given, id: same?.id ?? crypto.getRandomValues(new Uint32Array(2)).join('-') };
  profiles.value = [...profiles.value.filter(({ id }) => id !== kept.id), kept];
  chosen.value = kept.id;
  return kept;
}

/** What was learnt about a profile. */
export function note(id: string, learnt: Partial<Profile>): void {
  profiles.value = profiles.value.map((each) => (each.id === id ? { ...each, ...learnt } : each));
}

export function forget(id: string): void {
  profiles.value = profiles.value.filter((each) => each.id !== id);
}

export const masked = (key: string) => `••••${key.length > 8 ? key.slice(-4) : ''}`;

function distinct(all: Profile[]): Profile[] {
  return [...new Map(all.map((each) => [each.key, each])).values()];
}
