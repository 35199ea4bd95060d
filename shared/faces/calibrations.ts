import type { CustomModels } from '../customModelSettings.ts';
import { calibrations } from '../matching/confidence.ts';
import type { Calibration, RecognitionModel } from '../modelNames.ts';

export type Calibrations = Readonly<Record<RecognitionModel, Calibration>>;

/** The least confidence at which two faces count as the same person. */
export const samePersonConfidence = 0.5;

/** The built-in calibrations; a custom recognition model replaces that of its name. */
export function calibrationsOf({ recognition }: CustomModels): Calibrations {
  const custom = Object.entries(recognition).map(([model, recogniser]) => [model, recogniser.calibration]);
  return { ...calibrations, ...Object.fromEntries(custom) };
}
