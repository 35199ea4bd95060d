import { rateLimited, timedOut } from '../errors.ts';

interface Waiting {
  bytes: number;
  start: () => void;
}

/** Lets so many tasks run at once; the others wait their turn, first come first served, in bounded memory. */
export class AdmissionQueue {
  #free: number;
  #room: number;
  readonly #patience: number;
  readonly #waiting = new Set<Waiting>();

  /** patience: milliseconds that a task may wait. */
  constructor(slots: number, waitingBytes: number, patience: number) {
    this.#free = slots;
    this.#room = waitingBytes;
    this.#patience = patience;
  }

  /** bytes: what the task holds while it waits. Throws FaceError 429 where there is no room, 408 after too long. */
  async through<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(bytes + overhead);
    try {
      return await task();
    } finally {
      const [next] = this.#waiting;
      if (next) {
        this.#leave(next);
        next.start();
      } else this.#free++;
    }
  }

  #wait(bytes: number): Promise<void> {
    if (bytes > this.#room) throw rateLimited(1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#leave(waiting);
        reject(timedOut());
      }, this.#patience);
      const start = () => {
        clearTimeout(timer);
        resolve();
      };
      const waiting = { bytes, start };
      this.#waiting.add(waiting);
      this.#room -= bytes;
    });
  }

  #leave(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    this.#room += waiting.bytes;
  }
}

/** What a waiting request holds beside its image, roughly. */
const overhead = 32 * 1024;
