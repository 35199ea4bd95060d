import { useSignal } from '@preact/signals';
import { ApiError } from '../api/apiError.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Segments } from '../ui/Field.tsx';
import { Progress } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { FileRow } from './FileRow.tsx';
import type { Job, JobFile } from './job.ts';
import { dismiss, retry, run, stop } from './jobControl.ts';
import { filesOfJobs } from './jobStore.ts';

type Filter = 'open' | 'all';

const isOpen = ({ state }: JobFile) => state !== 'done';

/** An enrolment as it goes on: how far it is, and every file that needs a look. */
export function JobView({ job }: { job: Job }) {
  const filter = useSignal<Filter>('open');
  const shown = useSignal(50);
  const files = filesOfJobs.value.get(job.id) ?? [];
  const in_ = (...states: JobFile['state'][]) => files.filter(({ state }) => states.includes(state)).length;
  const finished = files.length - in_('pending', 'sending');
  const failed = in_('failed');
  const choose = in_('choose');
  const done = in_('done');
  const listed = files.filter((file) => filter.value === 'all' || (isOpen(file) && file.state !== 'pending'));
  const { stoppedBy } = job;
  return (
    <section class="card stack job" aria-label={`Enrolment of ${count(files.length, 'photograph')}`}>
      <div class="row wrap">
        <h2 class="grow">{titleOf(job, files)}</h2>
        {job.state === 'running' && (
          <button type="button" class="button" onClick={() => stop(job.id)}>
            Pause
          </button>
        )}
        {job.state === 'stopped' && (
          <button type="button" class="button primary" onClick={() => run(job.id)}>
            Continue
          </button>
        )}
        {failed > 0 && job.state !== 'running' && (
          <button
            type="button"
            class="button"
            onClick={() => retry(job.id, ({ state }) => state === 'failed')}
          >
            Retry all failed
          </button>
        )}
        <button type="button" class="button" onClick={() => dismiss(job.id)}>
          {job.state === 'done' && failed + choose === 0 ? 'Done, dismiss' : 'Dismiss'}
        </button>
      </div>
      <Progress label="Photographs done" value={files.length > 0 ? finished / files.length : 1} />
      <p role="status">
        {finished} of {count(files.length, 'photograph')}: {done} enrolled
        {in_('skipped') > 0 && `, ${in_('skipped')} of low quality`}
        {choose > 0 && `, ${choose} with several faces`}
        {failed > 0 && `, ${failed} failed`}.
      </p>
      {stoppedBy && (
        <ErrorNote
          error={new ApiError(0, stoppedBy.code, stoppedBy.message, stoppedBy.requestId)}
          retry={() => run(job.id)}
        />
      )}
      <Segments
        label="Files shown"
        value={filter.value}
        options={[
          ['open', 'To look at'],
          ['all', 'All files'],
        ]}
        onChoice={(value) => {
          filter.value = value;
        }}
      />
      <ul class="plain job-files">
        {listed.slice(0, shown.value).map((file) => (
          <FileRow key={file.n} job={job} file={file} />
        ))}
      </ul>
      {listed.length === 0 && (
        <p class="muted">{job.state === 'done' ? 'Every file is enrolled.' : 'Nothing yet.'}</p>
      )}
      {listed.length > shown.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            shown.value += 200;
          }}
        >
          Show more of {listed.length}
        </button>
      )}
    </section>
  );
}

function titleOf({ state }: Job, files: readonly JobFile[]): string {
  if (state === 'running') return 'Enrolling …';
  if (state === 'stopped') return 'Paused';
  return files.some((file) => file.state === 'choose' || file.state === 'failed')
    ? 'Enrolled, with some to look at'
    : 'Enrolled';
}
