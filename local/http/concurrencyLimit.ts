/** Admits requests one by one. `enter` resolves to a function that ends the stay, or to undefined where too many wait. */
export interface ConcurrencyLimit {
  enter(): Promise<(() => void) | undefined>;
}

/** host.json's maxConcurrentRequests, and maxOutstandingRequests (running and waiting); -1 is no limit. */
export function createConcurrencyLimit(maxConcurrent: number, maxOutstanding: number): ConcurrencyLimit {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };
  return {
    async enter() {
      if (maxOutstanding >= 0 && running + waiting.length >= maxOutstanding) return undefined;
      if (maxConcurrent >= 0 && running >= maxConcurrent) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running++;
      return leave;
    },
  };
}
