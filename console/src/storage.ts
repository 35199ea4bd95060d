import type * as z from 'zod/mini';

/** Reads what was written there, or the fallback where there is nothing or something else. */
export function readStored<T>(storage: Storage, name: string, schema: z.ZodMiniType<T>, fallback: T): T {
  try {
    const text = storage.getItem(name);
    const parsed = text === null ? undefined : schema.safeParse(JSON.parse(text));
    return parsed?.success ? parsed.data : fallback;
  } catch {
    return fallback;
  }
}

/** A storage that is full or forbidden loses what is a convenience only. */
export function writeStored(storage: Storage, name: string, value: unknown): void {
  try {
    storage.setItem(name, JSON.stringify(value));
  } catch {
    console.warn(`${name} could not be kept in this browser.`);
  }
}
