import { type ApiError, asApiError } from '../api/apiError.ts';
import { kindOfPath } from '../api/collectionKinds.ts';
import { sleep } from '../api/pace.ts';
import { allPersons, createPerson } from '../api/personCalls.ts';
import { inLanes } from '../images/lanes.ts';
import { noteChange } from '../people/changes.ts';
import { enrolFile, type Setting } from './enrolFile.ts';
import type { JobFile } from './job.ts';
import { filesOf, jobOf, updateFile, updateJob } from './jobStore.ts';

/** How often a file is tried when the service fails in a way that may pass, and the pauses between, in ms. */
const pauses = [1000, 4000];

/** Enrols every file of a job that waits. Throws what makes going on pointless: no answer, a bad key, a quota. */
export async function runJob(key: string, id: string, aborted: AbortSignal): Promise<void> {
  const job = jobOf(id)!;
  const kind = kindOfPath(job.kind)!;
  await adoptPersons();
  const making = new Map<number, Promise<string>>();
  const setting: Setting = { key, kind, group: job.group, allowLow: job.allowLow, personOf, aborted };
  const waiting = filesOf(id).filter(({ state }) => state === 'pending' || state === 'sending');
  await inLanes(waiting, 2, enrol);

  async function enrol(file: JobFile): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      aborted.throwIfAborted();
      try {
        await enrolFile(setting, filesOf(id)[file.n]!);
        noteChange(job.profile, kind, job.group);
        return;
      } catch (thrown) {
        if (aborted.aborted) throw thrown;
        const error = asApiError(thrown);
        const pause = pauses[attempt];
        if (error.passing && error.status !== 0 && pause !== undefined) {
          await sleep(pause, aborted);
          continue;
        }
        const { code, message, requestId } = error;
        if (endsJob(error)) {
          await updateFile(file, { state: 'pending' });
          throw error;
        }
        await updateFile(file, { state: 'failed', reason: { code, message, requestId } });
        return;
      }
    }
  }

  /** Persons of these names may have been made before, by this job until it was broken off among others. */
  async function adoptPersons(): Promise<void> {
    const missing = new Set(job.persons.flatMap(({ name, personId }) => (personId ? [] : [name])));
    if (missing.size === 0) return;
    const ids = new Map<string, string>();
    for await (const { name, personId } of allPersons(key, kind, job.group))
      if (missing.has(name) && !ids.has(name)) ids.set(name, personId);
    const persons = jobOf(id)!.persons.map((person) => {
      const personId = person.personId ?? ids.get(person.name);
      return { name: person.name, ...(personId && { personId }) };
    });
    await updateJob(id, { persons });
  }

  /** The person's id; she is made when her first face is about to be added. */
  function personOf(index: number): Promise<string> {
    const { name, personId } = jobOf(id)!.persons[index]!;
    if (personId) return Promise.resolve(personId);
    const made = making.get(index) ?? make(index, name).finally(() => making.delete(index));
    making.set(index, made);
    return made;
  }

  async function make(index: number, name: string): Promise<string> {
    const personId = await createPerson(key, kind, job.group, { name });
    const persons = jobOf(id)!.persons.map((person, i) => (i === index ? { ...person, personId } : person));
    await updateJob(id, { persons });
    return personId;
  }
}

/** What the next file would meet as well. */
const endsJob = ({ status, code }: ApiError) =>
  (status === 0 && code === 'NoAnswer') ||
  status === 401 ||
  code === 'QuotaExceeded' ||
  /GroupNotFound$/.test(code);
