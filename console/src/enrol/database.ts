import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Job, JobFile } from './job.ts';

interface Kept extends DBSchema {
  jobs: { key: string; value: Job };
  files: { key: [string, number]; value: JobFile };
  /** Small pictures of faces, by persistedFaceId. */
  crops: { key: string; value: Blob };
}

let opened: Promise<IDBPDatabase<Kept>> | undefined;

/** What this browser keeps of enrolments. */
export function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('visage', 1, {
    upgrade(db) {
      db.createObjectStore('jobs', { keyPath: 'id' });
      db.createObjectStore('files', { keyPath: ['job', 'n'] });
      db.createObjectStore('crops');
    },
  });
  return opened;
}

/** Every file of a job. */
export const filesRange = (job: string) => IDBKeyRange.bound([job, 0], [job, Number.MAX_SAFE_INTEGER]);
