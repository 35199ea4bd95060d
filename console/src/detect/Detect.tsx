import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { compareFaces } from '../compare/handover.ts';
import { Camera } from '../images/Camera.tsx';
import { Choose, DropZone } from '../images/DropZone.tsx';
import { go } from '../router.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Segments, TextField } from '../ui/Field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Busy } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { useTask } from '../ui/useTask.ts';
import { CodeTab } from './CodeTab.tsx';
import { FaceTable } from './FaceTable.tsx';
import { Options } from './Options.tsx';
import { Stage } from './Stage.tsx';
import { Strip } from './Strip.tsx';
import { loadSample, samples } from './samples.ts';
import { add, again, clear, shots, shown, start } from './shots.ts';

type Tab = 'faces' | 'json' | 'code';

export function Detect() {
  const tab = useSignal<Tab>('faces');
  const chosen = useSignal<number | undefined>(undefined);
  const sample = useTask();
  const showSample = (i: number) =>
    sample.run(async () => {
      const before = shots.value;
      const found = await loadSample(samples[i]!);
      // Whoever chose something meanwhile does not want the sample.
      if (shots.value === before) start([found]);
    });
  useEffect(() => {
    if (shots.value.length === 0) void showSample(0);
  }, []);
  const shot = shots.value.find(({ id }) => id === shown.value) ?? shots.value[0];
  useEffect(() => {
    chosen.value = undefined;
  }, [shot?.id]);
  const faces = shot?.faces ?? [];
  return (
    <DropZone onFiles={start} class="view detect">
      <h1 class="hidden">Detect</h1>
      <Sources showSample={showSample} />
      <ErrorNote error={sample.error} />
      {shot && (
        <div class="detect-main">
          <section class="detect-left" aria-label="Photograph">
            <Stage shot={shot} chosen={chosen} />
            {shot.photo?.changed && <p class="note">{shot.photo.changed} Boxes are drawn on the original.</p>}
            <Strip />
          </section>
          <section class="detect-right" aria-label="Result">
            <div class="row wrap">
              <Segments
                label="Show"
                value={tab.value}
                options={[
                  ['faces', 'Faces'],
                  ['json', 'JSON'],
                  ['code', 'Code'],
                ]}
                onChoice={(value) => {
                  tab.value = value;
                }}
              />
              <p class="grow end-text muted" role="status">
                {shot.state === 'done' && (faces.length > 0 ? count(faces.length, 'face') : 'No face found')}
              </p>
            </div>
            {(shot.state === 'waiting' || shot.state === 'busy') && <Busy label="Looking for faces …" />}
            {shot.state === 'failed' && (
              <ErrorNote error={shot.error} retry={() => again(({ id }) => id === shot.id)} />
            )}
            {tab.value === 'faces' && <FaceTable shot={shot} chosen={chosen} />}
            {tab.value === 'json' && (
              <pre class="code" tabIndex={0}>
                {JSON.stringify(faces, null, 2)}
              </pre>
            )}
            {tab.value === 'code' && <CodeTab shot={shot} />}
            {tab.value === 'faces' && <Next />}
            <Options />
          </section>
        </div>
      )}
    </DropZone>
  );
}

/** Where photographs come from. */
function Sources({ showSample }: { showSample: (i: number) => unknown }) {
  const camera = useSignal(false);
  const url = useSignal('');
  const byUrl = (event: Event) => {
    event.preventDefault();
    clear();
    add([{ url: url.value.trim() }]);
  };
  return (
    <div class="sources card">
      <p class="grow">
        <strong>Drop photographs or a folder anywhere here,</strong>{' '}
        <span class="muted">paste one, or choose:</span>
      </p>
      <Choose label="Files" onFiles={start} />
      <Choose label="Folder" folder onFiles={start} />
      <button
        type="button"
        class="button"
        onClick={() => {
          camera.value = true;
        }}
      >
        <Icon name="camera" />
        Camera
      </button>
      <form class="row url" onSubmit={byUrl}>
        <TextField
          label="Image URL"
          type="url"
          required
          placeholder="https://…/people.jpg"
          value={url.value}
          onText={(text) => {
            url.value = text;
          }}
        />
        <button type="submit" class="button">
          Detect
        </button>
      </form>
      <span class="row samples">
        <span class="small muted">Samples</span>
        {samples.map((sample, i) => (
          <button key={sample.file} type="button" class="link small" onClick={() => showSample(i)}>
            {sample.title}
          </button>
        ))}
      </span>
      {camera.value && (
        <Camera
          close={() => {
            camera.value = false;
          }}
          onFile={(file) => start([{ path: file.name, file }])}
        />
      )}
    </div>
  );
}

/** What to do after a first look. */
function Next() {
  const shot = shots.value.find(({ id }) => id === shown.value);
  const photo = shot?.photo;
  const faces = shot?.faces ?? [];
  return (
    <div class="next row wrap">
      {photo && faces.length >= 2 && (
        <button
          type="button"
          class="button primary"
          onClick={() => {
            compareFaces(photo, faces, shot.options?.recognitionModel);
            go('compare');
          }}
        >
          Compare two of these
        </button>
      )}
      <a class="button" href="#/people">
        Enrol a folder
      </a>
    </div>
  );
}
