import { accuracy } from './accuracy.ts';
import { attributes } from './attributes.ts';
import { fitAttributes } from './fit-attributes.ts';
import { group } from './group.ts';
import { speed } from './speed.ts';

/** `npm run bench -- NAME ...`: measures what the README says, and prints a table. */
const benches: Record<string, (args: string[]) => Promise<void>> = {
  accuracy,
  attributes,
  group,
  speed,
  'fit-attributes': fitAttributes,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exit(2);
}
await bench(args);
