import type { EnrollmentDeps } from '../collections/collectionDeps.ts';
import type { GalleryCache } from '../galleries/cache.ts';
import type { Calibrations } from './calibrations.ts';

/** What the verbs stand on. */
export interface FaceDeps extends EnrollmentDeps {
  galleries: GalleryCache;
  calibrations: Calibrations;
  /** Refuse what the cloud's newer detection models refuse. */
  strictModels: boolean;
}
