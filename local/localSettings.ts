import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import sample from '../local.settings.sample.json' with { type: 'json' };
import { parseJson } from './hostJson.ts';

type Env = Record<string, string | undefined>;

const settingsFile = z.object({ Values: z.record(z.string(), z.string()).default({}) });
const subscriptions = z.array(z.object({ keys: z.array(z.string()) }));

/** The keys of local.settings.sample.json, which are public. */
export const defaultKeys: ReadonlySet<string> = new Set(
  subscriptions.parse(JSON.parse(sample.Values.FACE_SUBSCRIPTIONS)).flatMap(({ keys }) => keys),
);

/**
 * Sets what the environment does not set yet from an app's local.settings.json, or else from its sample, where it has
 * one. The sample's storage emulation is for `func start`; this host keeps blobs and queues itself.
 */
export function loadSettings(folder: string, env: Env): void {
  const own = join(folder, 'local.settings.json');
  const sample = join(folder, 'local.settings.sample.json');
  const isOwn = existsSync(own);
  if (!isOwn && !existsSync(sample)) return;
  const { AzureWebJobsStorage, ...values } = readValues(isOwn ? own : sample);
  for (const [name, value] of Object.entries(values)) env[name] ??= value;
  if (isOwn && AzureWebJobsStorage !== undefined) env.AzureWebJobsStorage ??= AzureWebJobsStorage;
}

/** Whether only this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function readValues(file: string): Record<string, string> {
  const parsed = settingsFile.safeParse(parseJson(file));
  if (!parsed.success) throw new Error(`${file} is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.Values;
}
