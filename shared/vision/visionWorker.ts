import { FaceError } from '../errors.ts';
import type { Answer, Task } from './createVision.ts';
import { Engine } from './engine.ts';

// The program of a worker process. It ends with the process that started it; signals to the whole process group, such as
// Ctrl-C in a terminal, are for that one to deal with.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// An ordinary exit would wait for native code that hangs.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

const engine = new Engine(JSON.parse(process.argv[2]!));

process.on('message', async ({ task }: { task: Task }) => {
  try {
    process.send?.({ answer: await work(task) });
  } catch (error) {
    process.send?.({ error });
  }
});

async function work(task: Task): Promise<Answer> {
  try {
    if ('warm' in task) {
      await engine.warm();
      return { faces: [] };
    }
    return { faces: await engine.analyse(task.image, task.analysis) };
  } catch (error) {
    // A class does not cross processes.
    if (!(error instanceof FaceError)) throw error;
    const { status, code, message, headers } = error;
    return { error: { status, code, message, headers } };
  }
}
