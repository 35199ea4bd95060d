import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from './host-settings.ts';

type Env = Record<string, string | undefined>;

const settingsFile = z.object({ Values: z.record(z.string(), z.string()).default({}) });
const subscriptions = z.array(z.object({ keys: z.array(z.string()) }));

/** Lays local.settings.json, or else the sample, under what the environment already says. */
export function loadSettings(folder: string, env: Env): void {
  const own = join(folder, 'local.settings.json');
  const values = readValues(existsSync(own) ? own : sampleOf(folder));
  for (const [name, value] of Object.entries(values)) env[name] ??= value;
}

/** The keys of the sample, which everyone knows. */
export function readDefaultKeys(folder: string): ReadonlySet<string> {
  const { FACE_SUBSCRIPTIONS = '[]' } = readValues(sampleOf(folder));
  return new Set(subscriptions.parse(JSON.parse(FACE_SUBSCRIPTIONS)).flatMap(({ keys }) => keys));
}

/** Whether only this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function sampleOf(folder: string): string {
  return join(folder, 'local.settings.sample.json');
}

function readValues(file: string): Record<string, string> {
  const parsed = settingsFile.safeParse(parseJson(file));
  if (!parsed.success) throw new Error(`${file} is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.Values;
}
