import { useSignal } from '@preact/signals';
import { isMissing } from '../api/apiError.ts';
import type { Collection } from '../api/collections.ts';
import { detect, identify } from '../api/faces.ts';
import { getPerson } from '../api/personCalls.ts';
import { Choose, DropZone } from '../images/DropZone.tsx';
import { FacesOn, type Marked } from '../images/FacesOn.tsx';
import type { Found } from '../images/found.ts';
import { inLanes } from '../images/lanes.ts';
import { openPhoto, type Photo, toShown } from '../images/photo.ts';
import { active } from '../keys/profiles.ts';
import { Crop } from '../ui/Crop.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useTask } from '../ui/useTask.ts';

interface Result {
  photo: Photo;
  faces: (Marked & { name?: string; confidence?: number })[];
}

/** Who is on photographs: names over faces, or that nobody of the group is likely enough. */
export function Identify({ group }: { group: Collection }) {
  const results = useSignal<Result[]>([]);
  const last = useSignal<Found[]>([]);
  const task = useTask();
  const look = (found: Found[]) => {
    last.value = found;
    return task.run(async () => {
      const fresh: Result[] = [];
      for (const { file } of found) {
        fresh.push(await identifyFile(group, file));
        results.value = [...fresh];
      }
    });
  };
  return (
    <div class="stack">
      <DropZone class="card stack" onFiles={look}>
        <h2 class="slot-title">Who is this?</h2>
        <p class="muted">Drop photographs: every face is looked for among the persons of this group.</p>
        <div class="row">
          <Choose label="Choose photographs" onFiles={look} />
        </div>
        {task.busy && <Busy label="Identifying …" />}
      </DropZone>
      <ErrorNote error={task.error} retry={() => look(last.value)} />
      {results.value.map(({ photo, faces }) => (
        <section key={photo.url} class="card identified" aria-label={photo.name}>
          <FacesOn photo={photo} faces={faces} />
          <ul class="plain stack">
            {faces.length === 0 && <li class="muted">No face was found.</li>}
            {faces.map(({ face, name, confidence }) => (
              <li key={face.faceId} class="row">
                <Crop photo={photo} at={face.faceRectangle} size={48} />
                <span class="grow">
                  {name === undefined ? <em>unknown</em> : <strong class="name">{name}</strong>}
                  <br />
                  <span class="small muted">
                    {confidence === undefined
                      ? 'nobody of this group is likely enough'
                      : `confidence ${confidence.toFixed(3)}`}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

async function identifyFile(group: Collection, file: File): Promise<Result> {
  const { key } = active.value!;
  const photo = await openPhoto(file);
  const { recognitionModel = 'recognition_01', kind, id } = group;
  const found = await detect(key, photo.sent, { detectionModel: 'detection_01', recognitionModel });
  const faces = found.map((face) => toShown(photo, face));
  const ids = faces.flatMap(({ faceId }) => faceId ?? []);
  const answers = await identify(key, ids, { [kind.idName]: id });
  const best = new Map(answers.map(({ faceId, candidates }) => [faceId, candidates[0]]));
  const names = new Map<string, string>();
  const persons = new Set([...best.values()].flatMap((candidate) => candidate?.personId ?? []));
  await inLanes(persons, 4, async (personId) => {
    // A person who was deleted since the training is still found by it.
    const person = await getPerson(key, kind, id, personId).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    names.set(personId, person?.name ?? 'a person since deleted');
  });
  return {
    photo,
    faces: faces.map((face) => {
      const candidate = best.get(face.faceId ?? '');
      const name = candidate && names.get(candidate.personId);
      return {
        face,
        label: name ?? 'unknown',
        tone: candidate ? 'good' : 'unknown',
        ...(candidate && name !== undefined && { name, confidence: candidate.confidence }),
      };
    }),
  };
}
