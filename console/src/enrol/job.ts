import type { Kind } from '../api/collectionKinds.ts';
import type { Rectangle } from '../api/schemas.ts';

/** Why something failed or was left out, as it is shown. */
export interface Reason {
  code: string;
  message: string;
  requestId?: string | undefined;
}

/** The enrolment of a folder, kept in IndexedDB until it is dismissed: it outlives a reload. */
export interface Job {
  id: string;
  profile: string;
  kind: Kind['path'];
  group: string;
  /** Name of the group. */
  title: string;
  /** Whether faces of low quality are enrolled too. */
  allowLow: boolean;
  state: 'running' | 'stopped' | 'done';
  stoppedBy?: Reason | undefined;
  createdAt: number;
  /** personId: of a person of the group, once it is known. */
  persons: { name: string; personId?: string }[];
}

/** One photograph of a job. The picture itself is kept until it is enrolled or the job dismissed. */
export interface JobFile {
  job: string;
  n: number;
  /** Index in the job's persons. */
  person: number;
  path: string;
  blob?: Blob | undefined;
  sha256?: string | undefined;
  state: 'pending' | 'sending' | 'done' | 'choose' | 'skipped' | 'failed';
  /** When it was last sent, in ms since 1970: its face may be there, or come yet, although no answer came. */
  sentAt?: number;
  reason?: Reason | undefined;
  quality?: string | undefined;
  /** Of several faces, for the user to choose one; in pixels of the photograph as shown. */
  faces?: Rectangle[] | undefined;
  target?: Rectangle | undefined;
  /** Chosen by the user in spite of its quality. */
  anyQuality?: boolean;
  persistedFaceId?: string;
}

/** What a face's userData says of the file it came from. */
export const markOf = ({ path, sha256 }: Pick<JobFile, 'path' | 'sha256'>): string =>
  JSON.stringify({ file: path.slice(-600), ...(sha256 && { sha256 }) });

/** The file that a face came from, where its userData tells. */
export function readMark(userData: string | undefined): { file?: string; sha256?: string } {
  try {
    const mark: unknown = JSON.parse(userData ?? '');
    if (typeof mark !== 'object' || mark === null) return {};
    const { file, sha256 } = mark as Record<string, unknown>;
    return {
      ...(typeof file === 'string' && { file }),
      ...(typeof sha256 === 'string' && { sha256 }),
    };
  } catch {
    return {};
  }
}
