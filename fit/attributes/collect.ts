import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Config } from '../../shared/config.ts';
import type { Point } from '../../shared/vision/types.ts';
import { photographs } from '../data/lfw.ts';
import { type Matrix, matrix } from '../math/matrix.ts';
import { overPhotographs } from '../workers.ts';
import type { Sample } from './sample.ts';

export type Seen = Omit<Sample, 'features'>;

/** What was seen of every photograph, and the features: row i of them is of seen[i]. */
export interface Collection {
  seen: Seen[];
  features: Matrix;
}

/**
 * Samples every photograph of a folder, on all cores, once: what is in `keep` already is read from there.
 * A face takes some 100 ms, and 47 KB in `keep`.
 */
export async function collect(data: string, keep: string, config: Config): Promise<Collection> {
  const numbers = join(keep, 'features.f32');
  const seen = await kept(keep, 'seen', () => sampleAll(photographs(data), numbers, config));
  return { seen, features: await readMatrix(numbers, seen.length) };
}

/** What `make` makes, made once: later it is read from a folder. */
export async function kept<T>(keep: string, name: string, make: () => Promise<T>): Promise<T> {
  const file = join(keep, `${name}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as T;
  await mkdir(keep, { recursive: true });
  const made = await make();
  await writeFile(`${file}.draft`, JSON.stringify(made));
  await rename(`${file}.draft`, file);
  return made;
}

async function sampleAll(files: readonly string[], numbers: string, config: Config): Promise<Seen[]> {
  const out = createWriteStream(numbers);
  const seen: Seen[] = [];
  for await (const samples of overPhotographs('sample', files, config))
    for (const { features, ...sample } of samples) {
      seen.push(sample);
      if (!out.write(Buffer.from(features.buffer, features.byteOffset, features.byteLength)))
        await once(out, 'drain');
    }
  out.end();
  await finished(out);
  return seen;
}

async function readMatrix(file: string, rows: number): Promise<Matrix> {
  const handle = await open(file);
  const { size } = await handle.stat();
  const data = new Float32Array(size / 4);
  const bytes = new Uint8Array(data.buffer);
  // A read takes less than 2 GiB.
  for (let at = 0; at < size; )
    at += (await handle.read(bytes, at, Math.min(2 ** 30, size - at), at)).bytesRead;
  await handle.close();
  return matrix(rows, size / 4 / rows, data);
}

/** The 68 points of a sample. */
export function pointsOf({ points }: Pick<Seen, 'points'>): Point[] {
  return Array.from({ length: 68 }, (_, i) => ({ x: points[2 * i]!, y: points[2 * i + 1]! }));
}
