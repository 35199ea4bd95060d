import { signal } from '@preact/signals';
import { type Profile, profiles } from '../keys/profiles.ts';
import { database } from './database.ts';
import type { Job, JobFile } from './job.ts';

/** The jobs of this browser, and the files of each. */
export const jobs = signal<readonly Job[]>([]);
export const filesOfJobs = signal<ReadonlyMap<string, readonly JobFile[]>>(new Map());

export const hasKey = (profile: string) => profiles.value.some(({ id }) => id === profile);

/** Whether a job is of this key, or of one that this browser no longer holds, so that this one may go on with it. */
export const ownedBy = (profile: Profile | undefined) => (job: Job) =>
  job.profile === profile?.id || !hasKey(job.profile);

export const jobOf = (id: string) => jobs.value.find((job) => job.id === id);
export const filesOf = (id: string) => filesOfJobs.value.get(id) ?? [];

export async function updateJob(id: string, change: Partial<Job>): Promise<void> {
  const job = jobOf(id);
  if (!job) return;
  const changed = { ...job, ...change };
  jobs.value = jobs.value.map((each) => (each.id === id ? changed : each));
  await (await database()).put('jobs', changed);
}

export async function updateFile({ job, n }: JobFile, change: Partial<JobFile>): Promise<JobFile> {
  const changed = { ...filesOf(job)[n]!, ...change };
  filesOfJobs.value = new Map([
    ...filesOfJobs.value,
    [job, filesOf(job).map((each) => (each.n === n ? changed : each))],
  ]);
  if (jobOf(job)) await (await database()).put('files', changed);
  return changed;
}
