import { fitAttributes } from './attributes/fitAttributes.ts';

/** `npm run fit -- NAME ...`: makes the fitted numbers of the tree from a folder of labelled photographs. */
const fits: Record<string, (args: string[]) => Promise<void>> = {
  attributes: fitAttributes,
};

const [name = '', ...args] = process.argv.slice(2);
const run = fits[name];
if (!run) {
  console.error(`npm run fit -- ${Object.keys(fits).join(' | ')}`);
  process.exit(2);
}
await run(args);
