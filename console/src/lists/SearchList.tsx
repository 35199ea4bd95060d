import { useSignal } from '@preact/signals';
import type { Collection } from '../api/collections.ts';
import { detect, findSimilar, type Gallery } from '../api/faces.ts';
import type { Face, PersistedFace } from '../api/schemas.ts';
import { readMark } from '../enrol/job.ts';
import { Choose, DropZone } from '../images/DropZone.tsx';
import { FacesOn } from '../images/FacesOn.tsx';
import type { Found } from '../images/found.ts';
import { openPhoto, type Photo, toShown } from '../images/photo.ts';
import { active } from '../keys/profiles.ts';
import { Avatar } from '../people/Avatar.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useLoad, useTask } from '../ui/useTask.ts';

/** The faces of a list that look like one of a photograph. names: what is known of the list's faces. */
export function SearchList({ list, names }: { list: Collection; names: readonly PersistedFace[] }) {
  const probe = useSignal<{ photo: Photo; faces: Face[] } | undefined>(undefined);
  const chosen = useSignal(0);
  const task = useTask();
  const { key } = active.value!;
  const look = ([found]: Found[]) =>
    task.run(async () => {
      const photo = await openPhoto(found!.file);
      const { recognitionModel = 'recognition_01' } = list;
      const faces = await detect(key, photo.sent, { detectionModel: 'detection_01', recognitionModel });
      chosen.value = 0;
      probe.value = { photo, faces: faces.map((face) => toShown(photo, face)) };
    });
  const faceId = probe.value?.faces[chosen.value]?.faceId;
  const gallery = { [list.kind.idName]: list.id } as unknown as Gallery;
  const result = useLoad(
    async () => (faceId ? findSimilar(key, faceId, gallery, 'matchPerson') : undefined),
    [faceId],
  );
  const fileOf = (id: string | undefined) =>
    readMark(names.find(({ persistedFaceId }) => persistedFaceId === id)?.userData).file;
  return (
    <DropZone class="card stack" multiple={false} onFiles={look}>
      <h2 class="slot-title">Find similar</h2>
      <p class="muted">Drop a photograph to find faces of this list that look like it.</p>
      <div class="row">
        <Choose label="Choose a photograph" multiple={false} onFiles={look} />
      </div>
      {(task.busy || (result.loading && faceId)) && <Busy label="Searching …" />}
      <ErrorNote error={task.error ?? result.error} retry={result.error ? result.reload : undefined} />
      {probe.value && (
        <FacesOn
          photo={probe.value.photo}
          faces={probe.value.faces.map((face, i) => ({ face, label: `${i + 1}` }))}
          chosen={chosen.value}
          onChoose={(i) => {
            chosen.value = i;
          }}
        />
      )}
      {probe.value?.faces.length === 0 && <p class="note">No face was found in this photograph.</p>}
      {result.data?.length === 0 && <p class="note">No face of this list is likely the same person.</p>}
      <ol class="plain matches" aria-label="Similar faces">
        {result.data?.map(({ persistedFaceId, confidence }) => (
          <li key={persistedFaceId} class="row">
            <Avatar name={fileOf(persistedFaceId) ?? '?'} faceId={persistedFaceId} />
            <span class="grow name">{fileOf(persistedFaceId) ?? <code>{persistedFaceId}</code>}</span>
            <meter min={0} max={1} value={confidence} aria-label="Confidence" />
            <span class="number">{confidence.toFixed(3)}</span>
          </li>
        ))}
      </ol>
    </DropZone>
  );
}
