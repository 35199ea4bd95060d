/**
 * Works on entries, as many at a time as there are lanes, in their order. Where one fails no other is begun; what runs
 * is waited for, and then the failure thrown.
 */
export async function inLanes<T>(
  entries: Iterable<T>,
  lanes: number,
  work: (entry: T) => Promise<void>,
): Promise<void> {
  const rest = entries[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async () => {
    for (let next = rest.next(); !next.done && failures.length === 0; next = rest.next())
      await work(next.value).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}
