import { fitAttributes } from './attributes/fitAttributes.ts';
import { fitCalibration } from './calibration/fitCalibration.ts';
import { fitDetection } from './detection/fitDetection.ts';
import { type FitOptions, runFit } from './fitOptions.ts';

/** `npm run fit -- NAME --data DIR [--keep DIR]`: makes the fitted numbers of models/ from a folder of photographs. */
const fits: Record<string, (options: FitOptions) => Promise<void>> = {
  detection: fitDetection,
  calibration: fitCalibration,
  attributes: fitAttributes,
};

const [name = '', ...args] = process.argv.slice(2);
const fit = fits[name];
if (!fit) {
  console.error(`npm run fit -- ${Object.keys(fits).join(' | ')} --data DIR [--keep DIR]`);
  process.exit(2);
}
await runFit(args, fit);
