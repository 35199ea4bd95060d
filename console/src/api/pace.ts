import { signal } from '@preact/signals';

/** Until when calls wait because the service asked them to, in ms since 1970; 0 when they do not. */
export const pausedUntil = signal(0);

/** Makes every call wait for some seconds. */
export function pauseFor(seconds: number): void {
  pausedUntil.value = Math.max(pausedUntil.value, Date.now() + seconds * 1000);
}

/** Resolves when no pause is left; rejects with the signal's reason where that is aborted first. */
export async function paced(aborted?: AbortSignal): Promise<void> {
  while (pausedUntil.value > Date.now()) await sleep(pausedUntil.value - Date.now(), aborted);
  if (pausedUntil.value !== 0) pausedUntil.value = 0;
}

/** ms: how long. */
export function sleep(ms: number, aborted?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    aborted?.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    aborted?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(aborted.reason);
    });
  });
}
