import { Piscina } from 'piscina';
import type { Config } from '../shared/config.ts';
import type { Input, Result, TaskName } from './fitWorker.ts';

type Workers = Pick<Config, 'cache' | 'workers'>;

/** Does a task with every input, on all cores; the results come in the order of the inputs. */
export async function* runTasks<Name extends TaskName>(
  task: Name,
  inputs: readonly Input<Name>[],
  { cache, workers }: Workers,
): AsyncGenerator<Result<Name>> {
  const pool = new Piscina<{ task: Name; input: Input<Name> }, Result<Name>>({
    filename: new URL('./fit-worker.mjs', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData: { cache },
  });
  try {
    const ahead: Promise<Result<Name>>[] = [];
    for (const [i] of inputs.entries()) {
      while (ahead.length < Math.min(4 * workers, inputs.length - i))
        ahead.push(pool.run({ task, input: inputs[i + ahead.length]! }));
      yield await ahead.shift()!;
      if ((i + 1) % 500 === 0) console.error(`${task}: ${i + 1} of ${inputs.length}`);
    }
  } finally {
    await pool.destroy();
  }
}

/** The same as a list. */
export async function runAllTasks<Name extends TaskName>(
  task: Name,
  inputs: readonly Input<Name>[],
  config: Workers,
): Promise<Result<Name>[]> {
  const list: Result<Name>[] = [];
  for await (const result of runTasks(task, inputs, config)) list.push(result);
  return list;
}
