import { Piscina } from 'piscina';
import type { Config } from '../shared/config.ts';
import type { Result, TaskName } from './fitWorker.ts';

/** Does a task with every photograph, on all cores; the results come in the order of the files. */
export async function* overPhotographs<Name extends TaskName>(
  task: Name,
  files: readonly string[],
  { cache, workers }: Pick<Config, 'cache' | 'workers'>,
): AsyncGenerator<Result<Name>> {
  const pool = new Piscina<{ task: Name; file: string }, Result<Name>>({
    filename: new URL('./fit-worker.mjs', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData: { cache },
  });
  const ahead: Promise<Result<Name>>[] = [];
  for (const [i] of files.entries()) {
    while (ahead.length < Math.min(4 * workers, files.length - i))
      ahead.push(pool.run({ task, file: files[i + ahead.length]! }));
    yield await ahead.shift()!;
    if ((i + 1) % 500 === 0) console.error(`${task}: ${i + 1} of ${files.length} photographs`);
  }
  await pool.close();
}
