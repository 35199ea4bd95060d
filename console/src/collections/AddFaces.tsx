import { useSignal } from '@preact/signals';
import { type ApiError, asApiError } from '../api/apiError.ts';
import { addFace } from '../api/collections.ts';
import { detect } from '../api/faces.ts';
import type { Face, Rectangle } from '../api/schemas.ts';
import { markOf } from '../enrol/job.ts';
import { Choose, DropZone } from '../images/DropZone.tsx';
import { FacesOn } from '../images/FacesOn.tsx';
import type { Found } from '../images/found.ts';
import { closePhoto, openPhoto, type Photo, targetFace, toShown } from '../images/photo.ts';
import { active } from '../keys/profiles.ts';
import { keepCrop } from '../people/keptCrops.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorLine } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';

interface Refused {
  found: Found;
  error: ApiError;
}

/** Adds faces to a person or a list, photograph by photograph; of several faces one is chosen by a click. */
export function AddFaces({ owner, added }: { owner: string; added: () => Promise<void> }) {
  const working = useSignal('');
  const refused = useSignal<Refused[]>([]);
  const choice = useSignal<{ photo: Photo; faces: Face[]; answer: (at?: Rectangle) => void } | undefined>(
    undefined,
  );
  const choose = (photo: Photo, faces: Face[]) =>
    new Promise<Rectangle | undefined>((resolve) => {
      choice.value = {
        photo,
        faces,
        answer: (at) => {
          choice.value = undefined;
          resolve(at);
        },
      };
    });
  const addOne = async ({ file, path }: Found) => {
    const { key } = active.value!;
    const photo = await openPhoto(file);
    try {
      const faces = (await detect(key, photo.sent, { detectionModel: 'detection_01', faceId: false })).map(
        (face) => toShown(photo, face),
      );
      const at = faces.length > 1 ? await choose(photo, faces) : faces[0]?.faceRectangle;
      if (!at && faces.length > 1) return;
      const id = await addFace(key, owner, photo.sent, {
        userData: markOf({ path }),
        detectionModel: 'detection_01',
        ...(at && { targetFace: targetFace(photo, at) }),
      });
      if (at) await keepCrop(id, photo, at);
    } finally {
      closePhoto(photo);
    }
  };
  const add = async (found: Found[]) => {
    const failed: Refused[] = [];
    for (const each of found) {
      working.value = each.path;
      await addOne(each).catch((error: unknown) => failed.push({ found: each, error: asApiError(error) }));
    }
    working.value = '';
    refused.value = failed;
    await added();
  };
  return (
    <DropZone class="inset stack" onFiles={add}>
      <p class="muted">Drop photographs here to add faces.</p>
      <div class="row">
        <Choose label="Add photographs" onFiles={add} />
        {refused.value.length > 0 && (
          <button type="button" class="button" onClick={() => add(refused.value.map(({ found }) => found))}>
            Try the failed ones again
          </button>
        )}
      </div>
      {working.value && <Busy label={`Adding ${working.value} …`} />}
      {refused.value.map(({ found, error }) => (
        <p key={found.path} class="small">
          {found.path}: <ErrorLine error={error} />
        </p>
      ))}
      {choice.value && (
        <Dialog title="Which face?" close={() => choice.value?.answer()}>
          <p>{choice.value.photo.name} shows several faces. Click the one to add.</p>
          <FacesOn
            photo={choice.value.photo}
            faces={choice.value.faces.map((face, i) => ({ face, label: `${i + 1}` }))}
            onChoose={(i) => choice.value?.answer(choice.value.faces[i]!.faceRectangle)}
          />
        </Dialog>
      )}
    </DropZone>
  );
}
