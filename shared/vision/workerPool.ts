import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface WorkerProcess {
  process: ChildProcess;
  /** Ends the task that runs with an error; undefined while none does. */
  fail?: ((error: Error) => void) | undefined;
}

/** A worker process was killed as its task took too long. */
export class TaskTimeout extends Error {}

/**
 * Processes that run one task each at a time. A process, unlike a thread, can be killed whatever its native code does, and
 * what it had decoded leaves with it; its hangs hold up nobody else's file, DNS or timer work.
 * The program answers each message `{ task }` with `{ answer }` or `{ error }`, and ends when its channel closes.
 */
export class WorkerPool<Task, Answer> {
  readonly #program: string;
  readonly #arguments: readonly string[];
  readonly #idle: WorkerProcess[] = [];
  readonly #all = new Set<WorkerProcess>();
  #closed = false;

  constructor(program: URL, args: readonly string[]) {
    this.#program = fileURLToPath(program);
    this.#arguments = args;
  }

  /** Runs a task on an idle process, or one more. Throws TaskTimeout after `timeout` milliseconds. */
  async run(task: Task, timeout: number): Promise<Answer> {
    const worker = this.#idle.pop() ?? this.#start();
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        worker.fail = reject;
        worker.process.once('message', (message: { answer: Answer } | { error: Error }) =>
          'error' in message ? reject(message.error) : resolve(message.answer),
        );
        worker.process.send({ task }, (error) => error && reject(error));
        timer = setTimeout(() => {
          worker.process.kill('SIGKILL');
          reject(new TaskTimeout(`A task took more than ${timeout} ms.`));
        }, timeout);
      });
      return answer;
    } finally {
      clearTimeout(timer);
      worker.fail = undefined;
      worker.process.removeAllListeners('message');
      if (this.#all.has(worker) && !worker.process.killed) this.#idle.push(worker);
    }
  }

  /** Ends every process. */
  async close(): Promise<void> {
    this.#closed = true;
    const processes = [...this.#all].map(({ process }) => process);
    const exits = processes.map((process) => once(process, 'exit'));
    for (const process of processes) process.kill('SIGKILL');
    await Promise.all(exits);
  }

  #start(): WorkerProcess {
    if (this.#closed) throw new Error('The pool of workers is closed.');
    const process = fork(this.#program, this.#arguments, { serialization: 'advanced', execArgv: [] });
    const worker: WorkerProcess = { process };
    this.#all.add(worker);
    const end = (error: Error) => {
      this.#all.delete(worker);
      const idle = this.#idle.indexOf(worker);
      if (idle !== -1) this.#idle.splice(idle, 1);
      worker.fail?.(error);
    };
    process.once('error', end);
    process.once('exit', (code, signal) => end(new Error(`A vision worker ended with ${signal ?? code}.`)));
    return worker;
  }
}
