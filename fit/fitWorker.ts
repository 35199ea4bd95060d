import { workerData } from 'node:worker_threads';
import { respond } from './attributes/respond.ts';
import { Sampler } from './attributes/sample.ts';
import { spoil } from './attributes/spoil.ts';

const sampler = new Sampler((workerData as { cache: string }).cache);

/** What can be done with a photograph. */
const tasks = {
  sample: (file: string) => sampler.sample(file),
  embeddings: (file: string) => sampler.embeddings(file),
  respond: (file: string) => respond(sampler, file),
  spoil: (file: string) => spoil(sampler, file),
};
export type TaskName = keyof typeof tasks;
export type Result<Name extends TaskName> = Awaited<ReturnType<(typeof tasks)[Name]>>;

/** What a worker thread does. */
export default ({ task, file }: { task: TaskName; file: string }) => tasks[task](file);
