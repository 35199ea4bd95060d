import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Quality } from '../detect/Quality.tsx';
import { FacesOn } from '../images/FacesOn.tsx';
import { closePhoto, openPhoto, type Photo } from '../images/photo.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import type { Job, JobFile } from './job.ts';
import { retry } from './jobControl.ts';

const words: Record<JobFile['state'], string> = {
  pending: 'waiting',
  sending: 'sending …',
  done: 'enrolled',
  choose: 'several faces',
  skipped: 'left out',
  failed: 'failed',
};

/** A file of a job: what became of it and what can be done. */
export function FileRow({ job, file }: { job: Job; file: JobFile }) {
  const choosing = useSignal(false);
  const { reason, state } = file;
  const mine = ({ n }: JobFile) => n === file.n;
  return (
    <li class={`row wrap state-${state}`}>
      <span class="grow">
        <span class="name">{file.path}</span>
        <br />
        <span class="small muted">
          {job.persons[file.person]?.name} · {reason ? `${reason.code}: ${reason.message}` : words[state]}
          {reason?.requestId && <code> {reason.requestId}</code>}
        </span>
      </span>
      <Quality value={file.quality} />
      {state === 'done' && <Icon name="check" />}
      {state === 'choose' && (
        <button
          type="button"
          class="button small-button"
          onClick={() => {
            choosing.value = true;
          }}
        >
          Choose a face
        </button>
      )}
      {state === 'skipped' && (
        <button
          type="button"
          class="button small-button"
          onClick={() => retry(job.id, mine, { anyQuality: true })}
        >
          Enrol anyway
        </button>
      )}
      {state === 'failed' && (
        <button type="button" class="button small-button" onClick={() => retry(job.id, mine)}>
          Retry
        </button>
      )}
      {choosing.value && file.blob && (
        <ChooseFace
          file={file}
          name={job.persons[file.person]?.name ?? ''}
          close={() => {
            choosing.value = false;
          }}
          choose={(i) => {
            choosing.value = false;
            void retry(job.id, mine, { target: file.faces?.[i] });
          }}
        />
      )}
    </li>
  );
}

function ChooseFace(props: { file: JobFile; name: string; close: () => void; choose: (i: number) => void }) {
  const { file, name } = props;
  const photo = useSignal<Photo | undefined>(undefined);
  useEffect(() => {
    void openPhoto(new File([file.blob!], file.path, { type: file.blob!.type })).then((opened) => {
      photo.value = opened;
    });
    return () => closePhoto(photo.value);
  }, []);
  return (
    <Dialog title={`Which one is ${name}?`} close={props.close}>
      <p>Click the face to enrol.</p>
      {photo.value && (
        <FacesOn
          photo={photo.value}
          faces={(file.faces ?? []).map((faceRectangle, i) => ({
            face: { faceRectangle },
            label: `${i + 1}`,
          }))}
          onChoose={props.choose}
        />
      )}
    </Dialog>
  );
}
