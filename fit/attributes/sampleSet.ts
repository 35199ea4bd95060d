import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Config } from '../../shared/config.ts';
import type { Point } from '../../shared/vision/geometry.ts';
import { photographs } from '../data/lfw.ts';
import type { Keep } from '../keep.ts';
import { type Matrix, matrix } from '../math/matrix.ts';
import { runTasks } from '../workerTasks.ts';
import type { FaceSample, Measurements } from './faceSamples.ts';

/** A sample without its features, which lie in the matrix of its set. */
export type SampleRecord = Omit<FaceSample, 'features'>;

export interface SampleSet {
  samples: SampleRecord[];
  /** A row for each sample. */
  features: Matrix;
}

/** The samples of every photograph of a folder. A sample takes about 100 ms, and 47 KB of the kept folder. */
export async function collectSamples(data: string, keep: Keep, config: Config): Promise<SampleSet> {
  const file = join(keep.folder, 'features.f32');
  const samples = await keep.get('samples', () => sampleAll(photographs(data), file, config));
  return { samples, features: await readMatrix(file, samples.length) };
}

async function sampleAll(files: readonly string[], featureFile: string, config: Config) {
  const out = createWriteStream(featureFile);
  const list: SampleRecord[] = [];
  for await (const samples of runTasks('sampleFaces', files, config))
    for (const { features, ...sample } of samples) {
      list.push(sample);
      if (!out.write(Buffer.from(features.buffer, features.byteOffset, features.byteLength)))
        await once(out, 'drain');
    }
  out.end();
  await finished(out);
  return list;
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

/** The 68 points of a face. */
export function pointsOf({ points }: Pick<Measurements, 'points'>): Point[] {
  return Array.from({ length: 68 }, (_, i) => ({ x: points[2 * i]!, y: points[2 * i + 1]! }));
}
