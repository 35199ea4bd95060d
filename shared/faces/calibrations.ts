import type { CustomModels } from '../customModelSettings.ts';
import { calibrations } from '../matching/confidence.ts';
import type { Calibration, RecognitionModel } from '../modelNames.ts';

export type Calibrations = Readonly<Record<RecognitionModel, Calibration>>;

/** From this confidence on, two faces are taken for one person. */
export const samePerson = 0.5;

/** The built-in calibrations, but of a recogniser of the operator's own its own. */
export function calibrationsOf({ recognition }: CustomModels): Calibrations {
  const own = Object.entries(recognition).map(([model, recogniser]) => [model, recogniser.calibration]);
  return { ...calibrations, ...Object.fromEntries(own) };
}
