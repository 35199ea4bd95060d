import { Choose, DropZone } from '../images/DropZone.tsx';
import { FacesOn } from '../images/FacesOn.tsx';
import type { Found } from '../images/found.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';
import type { Plate } from './faceSet.ts';

/** One photograph of a comparison, or the place for it; of several faces one is chosen by a click. */
export function PlateSlot(props: {
  title: string;
  plate: Plate | undefined;
  chosen: number | undefined;
  onChoose: (i: number) => void;
  onFiles: (found: Found[]) => void;
}) {
  const { plate, title } = props;
  return (
    <DropZone class="card slot" multiple={false} onFiles={props.onFiles}>
      <h2 class="slot-title">{title}</h2>
      {plate?.photo ? (
        <FacesOn
          photo={plate.photo}
          faces={plate.faces.map((face, i) => ({ face, label: `${i + 1}` }))}
          chosen={props.chosen}
          onChoose={props.onChoose}
        />
      ) : (
        <p class="slot-empty muted">Drop a photograph here</p>
      )}
      {plate?.state === 'busy' && <Busy label="Looking for faces …" />}
      <ErrorNote error={plate?.error} />
      {plate?.state === 'done' && plate.faces.length === 0 && (
        <p class="note">No face was found in {plate.name}.</p>
      )}
      {plate?.state === 'done' && plate.faces.length > 1 && (
        <p class="small muted">Several faces: click the one to compare.</p>
      )}
      <Choose label={plate ? 'Another photograph' : 'Choose'} multiple={false} onFiles={props.onFiles} />
    </DropZone>
  );
}
