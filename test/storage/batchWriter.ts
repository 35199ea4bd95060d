import { openEmbeddedStore } from '../../shared/storage/embedded.ts';
import type { Write } from '../../shared/storage/store.ts';

/**
 * A process that writes to a store until it is killed: batches of new documents, each with the next number of its
 * partition. It prints 'partition number' once a batch is acknowledged, and 'failed' where one is refused.
 */
const [folder, lanes] = process.argv.slice(2);
const store = await openEmbeddedStore(folder!);
await Promise.all(Array.from({ length: Number(lanes) }, (_, lane) => writeOn(`lane${lane}`)));

async function writeOn(partition: string): Promise<void> {
  const head = await store.get<{ last: number }>(partition, 'head');
  let last = head?.value.last ?? 0;
  let etag = head?.etag;
  for (;;) {
    const batch = last + 1;
    const size = 1 + (batch % 17);
    const value = { last: batch };
    const writes: Write[] = Array.from({ length: size }, (_, i) => ({
      kind: 'create',
      id: `b:${batch}:${i}`,
      value: { batch, size, bytes: new Uint8Array(1 + ((batch * 977) % 6000)).fill(batch) },
    }));
    writes.push(
      etag === undefined
        ? { kind: 'create', id: 'head', value }
        : { kind: 'replace', id: 'head', value, etag },
    );
    try {
      etag = (await store.write(partition, writes)).at(-1);
    } catch (error) {
      process.stdout.write(`failed ${(error as Error).message}\n`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    last = batch;
    process.stdout.write(`${partition} ${batch}\n`);
  }
}
