import { setTimeout } from 'node:timers/promises';
import { threadId, workerData } from 'node:worker_threads';
import { FaceError } from '../errors.ts';
import { Engine } from './engine.ts';
import type { Answer, Task } from './pool.ts';

const engine = new Engine(workerData);

/** What a worker thread does with a task of the pool. */
export default async function work(task: Task): Promise<Answer> {
  try {
    if ('warm' in task) {
      // Long enough for the other threads to be given theirs.
      await Promise.all([engine.warm(), setTimeout(20)]);
      return { faces: [], thread: threadId };
    }
    return { faces: await engine.analyse(task.image, task.analysis), thread: threadId };
  } catch (error) {
    // A class does not cross threads.
    if (!(error instanceof FaceError)) throw error;
    const { status, code, message, headers } = error;
    return { error: { status, code, message, headers }, thread: threadId };
  }
}
