import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { verify } from '../api/faces.ts';
import type { RecognitionModel } from '../api/models.ts';
import { active } from '../keys/profiles.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useLoad } from '../ui/useTask.ts';
import { createFaceSet } from './faceSet.ts';
import { handedOver } from './handover.ts';
import { PlateSlot } from './Plate.tsx';
import { Threshold } from './Threshold.tsx';

const sides = [createFaceSet(), createFaceSet()] as const;

export function Verify({ model }: { model: Signal<RecognitionModel> }) {
  const chosen = [
    useSignal<number | undefined>(undefined),
    useSignal<number | undefined>(undefined),
  ] as const;
  const used = useSignal(model.value);
  const threshold = useSignal(0.5);
  useEffect(() => {
    const given = handedOver.value;
    if (!given) return;
    handedOver.value = undefined;
    for (const [i, side] of sides.entries()) {
      side.clear();
      side.put(given.photo, given.faces);
      chosen[i]!.value = i;
    }
    used.value = given.model;
    model.value = given.model;
  }, []);
  useEffect(() => {
    if (used.value === model.value) return;
    used.value = model.value;
    for (const side of sides) void side.use(model.value);
  }, [model.value]);
  const faces = sides.map((side, i) => {
    const plate = side.plates.value.at(-1);
    return plate?.faces[chosen[i]!.value ?? 0]?.faceId;
  });
  const [a, b] = faces;
  const result = useLoad(async () => (a && b ? verify(active.value!.key, a, b) : undefined), [a, b]);
  return (
    <>
      <div class="slots">
        {sides.map((side, i) => (
          <PlateSlot
            key={i === 0 ? 'first' : 'second'}
            title={i === 0 ? 'One face' : 'The other'}
            plate={side.plates.value.at(-1)}
            chosen={chosen[i]!.value ?? 0}
            onChoose={(face) => {
              chosen[i]!.value = face;
            }}
            onFiles={(found) => {
              side.clear();
              chosen[i]!.value = undefined;
              void side.add(found, model.value);
            }}
          />
        ))}
      </div>
      {result.loading && a && b && <Busy label="Comparing …" />}
      <ErrorNote error={result.error} retry={result.reload} />
      {result.data ? (
        <Threshold model={model.value} confidence={result.data.confidence} threshold={threshold} />
      ) : (
        !(a && b) && (
          <p class="hint muted">
            Two photographs tell whether they show one person. Nothing is kept of either.
          </p>
        )
      )}
    </>
  );
}
