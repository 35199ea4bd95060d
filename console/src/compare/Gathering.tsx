import type { RecognitionModel } from '../api/models.ts';
import { Choose, DropZone } from '../images/DropZone.tsx';
import { ErrorLine } from '../ui/ErrorNote.tsx';
import { Progress } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { type FaceSet, facesOf } from './faceSet.ts';

/** Where many photographs are gathered, with how far they are and which of them failed. */
export function Gathering({ set, model, title }: { set: FaceSet; model: RecognitionModel; title: string }) {
  const plates = set.plates.value;
  const busy = plates.filter(({ state }) => state === 'busy').length;
  const failed = plates.filter(({ state }) => state === 'failed');
  const add = (found: Parameters<FaceSet['add']>[0]) => void set.add(found, model);
  return (
    <DropZone class="card stack" onFiles={add}>
      <h2 class="slot-title">{title}</h2>
      <p class="muted" role="status">
        {plates.length === 0
          ? 'Drop photographs or a folder here'
          : `${count(facesOf(plates).length, 'face')} in ${count(plates.length, 'photograph')}`}
      </p>
      {busy > 0 && <Progress label="Photographs read" value={1 - busy / plates.length} />}
      {failed.map(({ id, name, error }) => (
        <p key={id} class="small">
          {name}: {error && <ErrorLine error={error} />}
        </p>
      ))}
      <div class="row wrap">
        <Choose label="Add photographs" onFiles={add} />
        <Choose label="Add a folder" folder onFiles={add} />
        {plates.length > 0 && (
          <button type="button" class="button quiet" onClick={() => set.clear()}>
            Start over
          </button>
        )}
      </div>
    </DropZone>
  );
}
