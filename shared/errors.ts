import { collectionIdPattern } from './ids.ts';

/** An error of the Face API contract. It is thrown where it is known and becomes JSON in shared/http alone. */
export class FaceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'FaceError';
  }
}

export const badArgument = (message: string) => new FaceError(400, 'BadArgument', message);
export const invalidImage = (message: string) => new FaceError(400, 'InvalidImage', message);
/** detail: a sentence that says more of the image. */
export const undecodableImage = (detail?: string) =>
  invalidImage(withDetail('Decoding error, image format unsupported.', detail));
export const imageTooSmall = () => new FaceError(400, 'InvalidImageSize', 'Image size is too small.');
export const imageTooBig = (detail?: string) =>
  new FaceError(400, 'InvalidImageSize', withDetail('Image size is too big.', detail));
export const invalidUrl = (reason?: string) =>
  new FaceError(
    400,
    'InvalidURL',
    reason === undefined
      ? 'Invalid image URL.'
      : `Invalid image URL or error downloading from target server. Remote server error returned: "${reason}"`,
  );
export const timedOut = () => new FaceError(408, 'OperationTimeOut', 'Request Timeout.');
export const rateLimited = (seconds: number) =>
  new FaceError(429, '429', `Rate limit is exceeded. Try again in ${seconds} seconds.`, {
    'Retry-After': String(seconds),
  });

/** How the contract names a kind of collection: `type` in error codes, `title` in messages. */
interface CollectionName {
  type: string;
  title: string;
}

/** status: 404 where a path names the collection, 400 where a body does. */
export const collectionNotFound = ({ type, title }: CollectionName, id: string, status: 400 | 404 = 404) =>
  new FaceError(
    status,
    `${type}NotFound`,
    collectionIdPattern.test(id) ? `${title} is not found.` : `${title} ID is invalid.`,
  );
export const collectionExists = ({ type, title }: CollectionName) =>
  new FaceError(409, `${type}Exists`, `${title} already exists.`);
export const faceListEmpty = () => new FaceError(400, 'FaceListNotReady', 'Face list is empty.');
export const personNotFound = (message: string) => new FaceError(404, 'PersonNotFound', message);
export const persistedFaceNotFound = (message: string) =>
  new FaceError(404, 'PersistedFaceNotFound', message);
export const quotaExceeded = (message: string) => new FaceError(403, 'QuotaExceeded', message);

export const trainingNotFinished = ({ type, title }: CollectionName) =>
  new FaceError(409, `${type}TrainingNotFinished`, `${title} is under training.`);
/** The training status of a collection that was never trained. */
export const noTrainingStatus = ({ type, title }: CollectionName) =>
  new FaceError(404, `${type}NotTrained`, `${title} not trained.`);
/** A search in a collection that no training has made searchable. */
export const notTrained = ({ type, title, persons }: CollectionName & { persons: boolean }) =>
  new FaceError(400, `${type}NotTrained`, `${title} ${persons ? '' : 'is '}not trained.`);

export const snapshotNotFound = () => new FaceError(404, 'SnapshotNotFound', 'Snapshot is not found.');
export const operationNotFound = () => new FaceError(404, 'OperationNotFound', 'Operation is not found.');
export const concurrentOperation = (resource: string) =>
  new FaceError(
    409,
    'ConcurrentOperationConflict',
    `There is a conflict operation on resource \`${resource}\`, please try later.`,
  );
const withDetail = (message: string, detail?: string) => (detail ? `${message} ${detail}` : message);
