import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { findSimilar } from '../api/faces.ts';
import type { RecognitionModel } from '../api/models.ts';
import { active } from '../keys/profiles.ts';
import { Crop } from '../ui/Crop.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Segments } from '../ui/Field.tsx';
import { useLoad } from '../ui/useTask.ts';
import { createFaceSet, facesOf } from './faceSet.ts';
import { Gathering } from './Gathering.tsx';
import { PlateSlot } from './Plate.tsx';

const probe = createFaceSet();
const others = createFaceSet();

export function Similar({ model }: { model: Signal<RecognitionModel> }) {
  const chosen = useSignal(0);
  const mode = useSignal<'matchPerson' | 'matchFace'>('matchPerson');
  const used = useSignal(model.value);
  useEffect(() => {
    if (used.value === model.value) return;
    used.value = model.value;
    void probe.use(model.value);
    void others.use(model.value);
  }, [model.value]);
  const plate = probe.plates.value.at(-1);
  const face = plate?.faces[chosen.value]?.faceId;
  const placed = facesOf(others.plates.value);
  const ids = placed.map((each) => each.face.faceId!).slice(0, 1000);
  const settled = others.plates.value.every(({ state }) => state !== 'busy');
  const result = useLoad(
    async () =>
      face && settled && ids.length > 0
        ? findSimilar(active.value!.key, face, { faceIds: ids }, mode.value)
        : undefined,
    [face, settled, ids.join(), mode.value],
  );
  const byId = new Map(placed.map((each) => [each.face.faceId, each]));
  return (
    <div class="probe-and-many">
      <PlateSlot
        title="The face to look for"
        plate={plate}
        chosen={chosen.value}
        onChoose={(i) => {
          chosen.value = i;
        }}
        onFiles={(found) => {
          probe.clear();
          chosen.value = 0;
          void probe.add(found, model.value);
        }}
      />
      <div class="stack">
        <Gathering set={others} model={model.value} title="Among these" />
        <Segments
          label="Mode"
          value={mode.value}
          options={[
            ['matchPerson', 'Likely the same person'],
            ['matchFace', 'Rank all'],
          ]}
          onChoice={(value) => {
            mode.value = value;
          }}
        />
        <ErrorNote error={result.error} retry={result.reload} />
        {result.data?.length === 0 && <p class="note">None of these faces is likely the same person.</p>}
        <ol class="plain matches" aria-label="Similar faces">
          {result.data?.map(({ faceId, confidence }) => {
            const match = byId.get(faceId);
            return (
              match && (
                <li key={faceId} class="row">
                  <Crop photo={match.photo} at={match.face.faceRectangle} size={56} />
                  <span class="grow name">{match.photo.name}</span>
                  <meter min={0} max={1} value={confidence} aria-label="Confidence" />
                  <span class="number">{confidence.toFixed(3)}</span>
                </li>
              )
            );
          })}
        </ol>
      </div>
    </div>
  );
}
