import { Overloaded } from './overload.ts';

export interface AdmissionOptions {
  /** Tasks that run at once. */
  slots: number;
  /** Bytes that waiting tasks may hold together. */
  waitingBytes: number;
  /** Bytes of memory that running tasks may use together. */
  workingBytes: number;
  /** A task that would have to wait longer, by the measured service time, is refused. Milliseconds. */
  longestWait: number;
}

export interface Admission {
  /** Whose task it is: owners take turns, so that the flood of one does not hold up another. */
  owner?: string;
  /** Bytes held while it waits. */
  bytes: number;
  /** Bytes of memory that it uses while it runs. */
  workingBytes?: number;
  /** Drops the task while it waits. */
  signal?: AbortSignal | undefined;
}

interface Waiting extends Required<Pick<Admission, 'bytes' | 'workingBytes'>> {
  start: () => void;
}

/** What a waiting request holds beside its image, roughly. */
const requestBytes = 32 * 1024;
/** So many tasks of one owner may wait for each slot, however slow they are. */
const alwaysWaiting = 4;

/** Lets so many tasks run at once; the others wait, in turns by owner, for a bounded time and in bounded memory. */
export class AdmissionQueue {
  readonly #options: AdmissionOptions;
  readonly #waiting = new Map<string, Set<Waiting>>();
  #running = 0;
  #waitingBytes = 0;
  #workingBytes = 0;
  /** Mean time that a task runs, in milliseconds, weighing the latest most; undefined until one has ended. */
  #serviceTime: number | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Throws Overloaded at once where the task would wait too long; the signal's reason where that aborts a wait. */
  async run<T>(
    { owner = '', bytes, workingBytes = 0, signal }: Admission,
    task: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const admitted = { bytes: bytes + requestBytes, workingBytes };
    if (this.#waiting.size === 0 && this.#fits(admitted)) this.#begin(admitted);
    else await this.#wait(owner, admitted, signal);
    const began = performance.now();
    try {
      return await task();
    } finally {
      this.#measure(performance.now() - began);
      this.#running--;
      this.#workingBytes -= workingBytes;
      this.#startNext();
    }
  }

  #fits({ workingBytes }: Pick<Waiting, 'workingBytes'>): boolean {
    const free = this.#options.workingBytes - this.#workingBytes;
    return this.#running < this.#options.slots && (workingBytes <= free || this.#running === 0);
  }

  #begin({ workingBytes }: Pick<Waiting, 'workingBytes'>): void {
    this.#running++;
    this.#workingBytes += workingBytes;
  }

  #wait(
    owner: string,
    admitted: Pick<Waiting, 'bytes' | 'workingBytes'>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const mine = this.#waiting.get(owner) ?? new Set();
    const expected = this.#expectedWait(owner, mine.size + 1);
    if (
      this.#waitingBytes + admitted.bytes > this.#options.waitingBytes ||
      (expected > this.#options.longestWait && mine.size >= alwaysWaiting * this.#options.slots)
    )
      throw new Overloaded(Math.max(1, Math.ceil(expected / 1000)));
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal?.removeEventListener('abort', abort);
        this.#waitingBytes -= waiting.bytes;
        mine.delete(waiting);
        if (mine.size === 0) this.#waiting.delete(owner);
      };
      const abort = () => {
        leave();
        reject(signal?.reason);
        // It may have been one that was too large for the free memory.
        this.#startNext();
      };
      const start = () => {
        leave();
        this.#begin(waiting);
        resolve();
      };
      const waiting: Waiting = { ...admitted, start };
      signal?.addEventListener('abort', abort);
      this.#waitingBytes += waiting.bytes;
      this.#waiting.set(owner, mine.add(waiting));
    });
  }

  /** Milliseconds until the `position`th task of an owner would start: each turn serves one task of every owner. */
  #expectedWait(owner: string, position: number): number {
    const others = [...this.#waiting].filter(([name]) => name !== owner);
    const before = position + others.reduce((sum, [, tasks]) => sum + Math.min(tasks.size, position), 0);
    return (before * (this.#serviceTime ?? 0)) / this.#options.slots;
  }

  /** Starts the first task of the owner whose turn it is, and of the next, while there is room. */
  #startNext(): void {
    for (;;) {
      const [turn] = this.#waiting;
      if (!turn) return;
      const [owner, tasks] = turn;
      const [next] = tasks;
      // What is too large for the free memory is waited for, as it would starve otherwise.
      if (!next || !this.#fits(next)) return;
      this.#waiting.delete(owner);
      this.#waiting.set(owner, tasks);
      next.start();
    }
  }

  #measure(milliseconds: number): void {
    this.#serviceTime = 0.8 * (this.#serviceTime ?? milliseconds) + 0.2 * milliseconds;
  }
}
