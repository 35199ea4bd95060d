import type { Kind } from '../api/collectionKinds.ts';
import { active } from '../keys/profiles.ts';
import { linkTo } from '../router.ts';
import { Progress } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { JobView } from './JobView.tsx';
import { filesOfJobs, jobs, ownedBy } from './jobStore.ts';

/** The enrolments of this key that are not dismissed: in full for one group, as a line each for all. */
export function OpenJobs({ kind, group }: { kind?: Kind; group?: string }) {
  const mine = jobs.value.filter(ownedBy(active.value));
  if (kind && group)
    return (
      <>
        {mine
          .filter((job) => job.kind === kind.path && job.group === group)
          .map((job) => (
            <JobView key={job.id} job={job} />
          ))}
      </>
    );
  return (
    <>
      {mine.map((job) => {
        const files = filesOfJobs.value.get(job.id) ?? [];
        const finished = files.filter(({ state }) => state !== 'pending' && state !== 'sending').length;
        return (
          <a key={job.id} class="note row" href={linkTo('people', job.kind, job.group, 'enrol')}>
            <span class="grow">
              Enrolling into <strong>{job.title}</strong>: {finished} of {count(files.length, 'photograph')}
              {job.state === 'stopped' && ', stopped'}
            </span>
            <Progress label="Photographs done" value={files.length > 0 ? finished / files.length : 0} />
          </a>
        );
      })}
    </>
  );
}
