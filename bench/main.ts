import { accuracy } from './accuracy.ts';
import { attributes } from './attributes.ts';
import { fitAttributes } from './fit-attributes.ts';
import { gallery } from './gallery.ts';
import { group } from './group.ts';
import { identify } from './identify.ts';
import { snapshot } from './snapshot.ts';
import { snapshotWork } from './snapshotWork.ts';
import { speed } from './speed.ts';

/** `npm run bench -- NAME ...`: measures what the README says, and prints a table. */
const benches: Record<string, (args: string[]) => Promise<void>> = {
  accuracy,
  attributes,
  gallery,
  group,
  identify,
  snapshot,
  speed,
  'fit-attributes': fitAttributes,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = name === 'snapshot-work' ? snapshotWork : benches[name];
if (!bench) {
  console.error(`npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exit(2);
}
await bench(args);
