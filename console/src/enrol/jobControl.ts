import { asApiError } from '../api/apiError.ts';
import type { Kind } from '../api/collectionKinds.ts';
import { active, profiles } from '../keys/profiles.ts';
import type { CheckedPlan } from './check.ts';
import { database, filesRange } from './database.ts';
import type { Job, JobFile } from './job.ts';
import { filesOf, filesOfJobs, hasKey, jobOf, jobs, updateFile, updateJob } from './jobStore.ts';
import { runJob } from './run.ts';

const running = new Map<string, AbortController>();

/** Reads what was kept, and goes on with what ran when the page went away. */
export async function wakeJobs(): Promise<void> {
  const db = await database();
  jobs.value = (await db.getAll('jobs')).toSorted((a, b) => b.createdAt - a.createdAt);
  const files = new Map<string, readonly JobFile[]>();
  for (const { id } of jobs.value) files.set(id, await db.getAll('files', filesRange(id)));
  filesOfJobs.value = files;
  for (const { id, state, profile } of jobs.value) {
    if (state !== 'running') continue;
    if (hasKey(profile)) void run(id);
    else await updateJob(id, { state: 'stopped' });
  }
}

/** Keeps a plan as a job and begins to run it. */
export async function begin(
  plan: CheckedPlan,
  target: {
    profile: string;
    kind: Kind['path'];
    group: string;
    title: string;
    allowLow: boolean;
  },
): Promise<string> {
  const job: Job = {
    id: crypto.getRandomValues(new Uint32Array(3)).join('-'),
    ...target,
    state: 'running',
    createdAt: Date.now(),
    persons: plan.persons.map(({ name, personId }) => ({ name, ...(personId && { personId }) })),
  };
  const files = plan.persons.flatMap(({ files }, person) => files.map((file) => ({ ...file, person })));
  const kept = files.map(
    ({ path, file, sha256, person }, n): JobFile => ({
      job: job.id,
      n,
      person,
      path,
      blob: file,
      sha256,
      state: 'pending',
    }),
  );
  const db = await database();
  const write = db.transaction(['jobs', 'files'], 'readwrite');
  await Promise.all([
    write.objectStore('jobs').put(job),
    ...kept.map((file) => write.objectStore('files').put(file)),
    write.done,
  ]);
  jobs.value = [job, ...jobs.value];
  filesOfJobs.value = new Map([...filesOfJobs.value, [job.id, kept]]);
  void run(job.id);
  return job.id;
}

/** Runs a job until it is done or stopped; another tab that runs it already is left to it. */
export async function run(id: string): Promise<void> {
  const job = jobOf(id);
  const profile = profiles.value.find((each) => each.id === job?.profile) ?? active.value;
  if (!job || !profile || running.has(id)) return;
  const abort = new AbortController();
  running.set(id, abort);
  try {
    await alone(id, async () => {
      await updateJob(id, { state: 'running', stoppedBy: undefined, profile: profile.id });
      await runJob(profile.key, id, abort.signal);
      await updateJob(id, { state: 'done' });
    });
  } catch (error) {
    if (!abort.signal.aborted) {
      const { code, message, requestId } = asApiError(error);
      await updateJob(id, { state: 'stopped', stoppedBy: { code, message, requestId } });
    }
  } finally {
    running.delete(id);
  }
}

export async function stop(id: string): Promise<void> {
  running.get(id)?.abort();
  await updateJob(id, { state: 'stopped', stoppedBy: undefined });
}

/** Puts files back in the queue and goes on. */
export async function retry(
  id: string,
  which: (file: JobFile) => boolean,
  change: Partial<JobFile> = {},
): Promise<void> {
  for (const file of filesOf(id))
    if (which(file))
      await updateFile(file, { state: 'pending', reason: undefined, faces: undefined, ...change });
  await run(id);
}

/** Forgets a job and its photographs. */
export async function dismiss(id: string): Promise<void> {
  running.get(id)?.abort();
  const db = await database();
  await Promise.all([db.delete('jobs', id), db.delete('files', filesRange(id))]);
  jobs.value = jobs.value.filter((job) => job.id !== id);
}

/** One tab at a time; where the browser has no locks (plain HTTP), whoever asks. */
async function alone(id: string, work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  await navigator.locks.request(`visage-job-${id}`, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
  });
}
