/** Bytes of request and response bodies that may be held at one moment, over all connections. */
export class ByteBudget {
  #free: number;

  constructor(total: number) {
    this.#free = total;
  }

  /** Whether there was room; what was taken has to be given back. */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#free += bytes;
  }
}
