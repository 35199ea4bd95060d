import { signal } from '@preact/signals';
import type { RecognitionModel } from '../api/models.ts';
import type { Face } from '../api/schemas.ts';
import type { Photo } from '../images/photo.ts';

/** A photograph whose faces were detected elsewhere, for Compare to begin with. */
export const handedOver = signal<{ photo: Photo; faces: Face[]; model: RecognitionModel } | undefined>(
  undefined,
);

export function compareFaces(photo: Photo, faces: Face[], model: RecognitionModel = 'recognition_04'): void {
  // Its owner may close the photograph; this one gets an address of its own.
  const own = { ...photo, url: URL.createObjectURL(photo.sent), factor: photo.factor };
  handedOver.value = { photo: own, faces, model };
}
