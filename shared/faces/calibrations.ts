import type { CustomModels } from '../customModelSettings.ts';
import { type Cohesion, cohesions } from '../matching/clustering.ts';
import { calibrations } from '../matching/confidence.ts';
import type { Calibration, RecognitionModel } from '../modelNames.ts';

export type Calibrations = Readonly<Record<RecognitionModel, Calibration>>;
export type Cohesions = Readonly<Record<RecognitionModel, Cohesion>>;

/** The least confidence at which two faces count as the same person. */
export const samePersonConfidence = 0.5;

/** The built-in calibrations; a custom recognition model replaces that of its name. */
export function calibrationsOf({ recognition }: CustomModels): Calibrations {
  const custom = Object.entries(recognition).map(([model, recogniser]) => [model, recogniser.calibration]);
  return { ...calibrations, ...Object.fromEntries(custom) };
}

/** The built-in cohesions; a custom recognition model has that of the most accurate built-in one. */
export function cohesionsOf({ recognition }: CustomModels): Cohesions {
  const custom = Object.keys(recognition).map((model) => [model, cohesions.recognition_04]);
  return { ...cohesions, ...Object.fromEntries(custom) };
}
