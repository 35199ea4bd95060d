import { accuracy } from './accuracy.bench.ts';
import { attributes } from './attributes.bench.ts';
import { falseAccepts } from './falseAccepts.bench.ts';
import { gallery } from './gallery.bench.ts';
import { group } from './group.bench.ts';
import { identify } from './identify.bench.ts';
import { snapshot } from './snapshot.bench.ts';
import { snapshotProcess } from './snapshotProcess.ts';
import { speed } from './speed.bench.ts';
import { writers } from './writers.bench.ts';

/** `npm run bench -- NAME ...`: measures speed and accuracy, and prints tables. */
const benches: Record<string, (args: string[]) => Promise<void>> = {
  accuracy,
  attributes,
  'false-accepts': falseAccepts,
  gallery,
  group,
  identify,
  snapshot,
  speed,
  writers,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = name === 'snapshot-process' ? snapshotProcess : benches[name];
if (!bench) {
  console.error(`npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exit(2);
}
await bench(args);
