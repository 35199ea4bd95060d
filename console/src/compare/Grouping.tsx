import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { group } from '../api/faces.ts';
import type { RecognitionModel } from '../api/models.ts';
import { active } from '../keys/profiles.ts';
import { Crop } from '../ui/Crop.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { useLoad } from '../ui/useTask.ts';
import { createFaceSet, facesOf, type PlacedFace } from './faceSet.ts';
import { Gathering } from './Gathering.tsx';

const gathered = createFaceSet();
/** The most faces of one call. */
const most = 1000;

export function Grouping({ model }: { model: Signal<RecognitionModel> }) {
  const used = useSignal(model.value);
  useEffect(() => {
    if (used.value === model.value) return;
    used.value = model.value;
    void gathered.use(model.value);
  }, [model.value]);
  const all = facesOf(gathered.plates.value);
  const placed = all.slice(0, most);
  const settled = gathered.plates.value.every(({ state }) => state !== 'busy');
  const ids = placed.map(({ face }) => face.faceId!);
  const result = useLoad(
    async () => (settled && ids.length >= 2 ? group(active.value!.key, ids) : undefined),
    [settled, ids.join()],
  );
  const byId = new Map(placed.map((each) => [each.face.faceId!, each]));
  const rowOf = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id) ?? []);
  return (
    <div class="stack">
      <Gathering set={gathered} model={model.value} title="The faces to sort" />
      {all.length > most && (
        <p class="note">
          The API groups {most.toLocaleString('en')} faces a call: only the first ones are shown.
        </p>
      )}
      {result.loading && ids.length >= 2 && <Busy label="Grouping …" />}
      <ErrorNote error={result.error} retry={result.reload} />
      {result.data?.groups.map((ids, i) => (
        <ClusterRow key={ids[0]} title={`Person ${i + 1}`} faces={rowOf(ids)} />
      ))}
      {result.data?.messyGroup && result.data.messyGroup.length > 0 && (
        <ClusterRow title="On their own" faces={rowOf(result.data.messyGroup)} />
      )}
    </div>
  );
}

function ClusterRow({ title, faces }: { title: string; faces: readonly PlacedFace[] }) {
  return (
    <section class="cluster">
      <h2>
        {title} <span class="muted small">{count(faces.length, 'face')}</span>
      </h2>
      <ul class="plain crops">
        {faces.map(({ face, photo }) => (
          <li key={face.faceId} title={photo.name}>
            <Crop photo={photo} at={face.faceRectangle} size={72} label={`From ${photo.name}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
