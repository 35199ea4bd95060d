import { signal } from '@preact/signals';
import { type ApiError, asApiError } from '../api/apiError.ts';
import { detect } from '../api/faces.ts';
import type { RecognitionModel } from '../api/models.ts';
import type { Face } from '../api/schemas.ts';
import type { Found } from '../images/found.ts';
import { inLanes } from '../images/lanes.ts';
import { openPhoto, type Photo, toShown } from '../images/photo.ts';
import { active } from '../keys/profiles.ts';

/** A photograph that is compared, with its faces by the model of the comparison. */
export interface Plate {
  id: number;
  name: string;
  file: File;
  state: 'busy' | 'done' | 'failed';
  photo?: Photo;
  faces: Face[];
  error?: ApiError;
}

/** The photographs of one side of a comparison. */
export function createFaceSet() {
  const plates = signal<Plate[]>([]);
  let lastId = 0;
  const update = (id: number, change: Partial<Plate>) => {
    plates.value = plates.value.map((plate) => (plate.id === id ? { ...plate, ...change } : plate));
  };
  const look = async (plate: Plate, model: RecognitionModel) => {
    const { id, file } = plate;
    try {
      const photo = plate.photo ?? (await openPhoto(file));
      update(id, { photo, state: 'busy' });
      const options = { detectionModel: 'detection_01', recognitionModel: model } as const;
      const faces = await detect(active.value!.key, photo.sent, options);
      update(id, { state: 'done', faces: faces.map((face) => toShown(photo, face)) });
    } catch (error) {
      update(id, { state: 'failed', error: asApiError(error) });
    }
  };
  return {
    plates,
    async add(found: readonly Found[], model: RecognitionModel) {
      const added = found.map(
        ({ file, path }): Plate => ({ id: ++lastId, name: path, file, state: 'busy', faces: [] }),
      );
      plates.value = [...plates.value, ...added];
      await inLanes(added, 3, (plate) => look(plate, model));
    },
    /** Detects again by another model: faces compare only within one. */
    async use(model: RecognitionModel) {
      await inLanes(plates.value, 3, (plate) => look(plate, model));
    },
    put(photo: Photo, faces: Face[]) {
      const file = new File([photo.sent], photo.name, { type: photo.sent.type });
      plates.value = [...plates.value, { id: ++lastId, name: photo.name, file, state: 'done', photo, faces }];
    },
    clear() {
      plates.value = [];
    },
  };
}
export type FaceSet = ReturnType<typeof createFaceSet>;

export interface PlacedFace {
  face: Face;
  photo: Photo;
}

/** Every face of the photographs that has a faceId. */
export const facesOf = (plates: readonly Plate[]): PlacedFace[] =>
  plates.flatMap(({ photo, faces }) =>
    photo ? faces.flatMap((face) => (face.faceId ? [{ face, photo }] : [])) : [],
  );
