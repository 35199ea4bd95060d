import type { EnrolContext } from '../collections/context.ts';
import type { Galleries } from '../collections/galleries.ts';
import type { Calibrations } from './calibration.ts';

/** What the verbs stand on. */
export interface Context extends EnrolContext {
  galleries: Galleries;
  calibrations: Calibrations;
  /** Refuse what the cloud's newer detection models refuse. */
  strictModels: boolean;
}
