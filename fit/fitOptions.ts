import { parseArgs } from 'node:util';
import type { Config } from '../shared/config.ts';
import { type Keep, withKeep } from './keep.ts';
import { offlineConfig } from './offlineConfig.ts';

export interface FitOptions {
  /** The folder of photographs and labels, see docs/fitting.md. */
  data: string;
  keep: Keep;
  config: Config;
}

/** Parses `--data DIR [--keep DIR]` and calls `run`. Throws an Error where --data is missing. */
export async function runFit(args: string[], run: (options: FitOptions) => Promise<void>): Promise<void> {
  const string = { type: 'string' } as const;
  const { data, keep: folder } = parseArgs({ args, options: { data: string, keep: string } }).values;
  if (data === undefined) throw new Error('--data DIR is missing: the folder of photographs and labels.');
  await withKeep(folder, data, (keep) => run({ data, keep, config: offlineConfig() }));
}
