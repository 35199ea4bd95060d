import type { EnrollmentDeps } from '../collections/collectionDeps.ts';
import type { GalleryCache } from '../galleries/cache.ts';
import type { Calibrations, Cohesions } from './calibrations.ts';

/** What detect, verify, identify, find similar and group need. */
export interface FaceDeps extends EnrollmentDeps {
  galleries: GalleryCache;
  calibrations: Calibrations;
  cohesions: Cohesions;
  /** Whether to refuse the landmarks and attributes that Azure's newer detection models do not support. */
  strictModels: boolean;
}
