import { argumentMessages } from './argumentMessages.ts';
import { collectionIdPattern, uuidPattern } from './ids.ts';

/**
 * An error of the Face API contract; `shared/http/errorResponse.ts` makes the response of it. The functions of this file
 * are the whole list. The class is abstract, so that no other file constructs one.
 */
export abstract class FaceError extends Error {
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
class ContractError extends FaceError {}

/** The properties of a FaceError that a message between processes keeps. */
export type FaceErrorFields = Pick<FaceError, 'status' | 'code' | 'message' | 'headers'>;
export const restoreFaceError = ({ status, code, message, headers }: FaceErrorFields): FaceError =>
  new ContractError(status, code, message, headers);

const badRequest = (code: string, message: string) => new ContractError(400, code, message);
const notFound = (code: string, message: string) => new ContractError(404, code, message);
const conflict = (code: string, message: string) => new ContractError(409, code, message);

// Requests

export const accessDenied = () =>
  new ContractError(
    401,
    '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  );
/** Codes and messages of before 2020, by the codes that replaced them. */
export const legacyErrors: Readonly<Record<string, { code: string; message?: string }>> = {
  401: {
    code: 'Unspecified',
    message:
      'Access denied due to invalid subscription key. Make sure you are subscribed to an API you are trying to call and provide the right key.',
  },
  429: { code: 'RateLimitExceeded' },
};
const tooManyRequests = (reason: string, seconds: number) =>
  new ContractError(429, '429', `${reason} Try again in ${seconds} seconds.`, {
    'Retry-After': String(seconds),
  });
export const rateLimited = (seconds: number) => tooManyRequests('Rate limit is exceeded.', seconds);
export const overloaded = (seconds: number) =>
  tooManyRequests('Too many images are waiting to be analysed.', seconds);
export const routeNotFound = () => notFound('404', 'Resource not found');
export const unsupportedMediaType = () => new ContractError(415, 'BadArgument', 'Invalid Media Type.');
export const timedOut = () => new ContractError(408, 'OperationTimeOut', 'Request Timeout.');
export const internalError = () => new ContractError(500, 'InternalServerError', 'Internal server error.');

// Arguments

/** message: usually one of argumentMessages. */
export const badArgument = (message: string) => badRequest('BadArgument', message);
export const malformedJson = () => badArgument('JSON parsing error.');
export const invalidRequestBody = () => badArgument('Request body is invalid.');
export const incompatibleModels = () => badArgument("'recognitionModel' is incompatible.");
export const nothingToUpdate = () => badArgument("Both 'name' and 'userData' are empty.");
export const targetFaceOutOfRange = () => badArgument('Argument targetFace out of range.');
export const landmarksUnsupported = () => badArgument("'returnLandmarks' is not supported by detection_02.");
export const attributesUnsupported = (detectionModel: 'detection_02' | 'detection_03') =>
  badArgument(
    detectionModel === 'detection_02'
      ? "'returnFaceAttributes' is not supported by detection_02."
      : "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_03.",
  );
export const bothGroupIdsNull = () =>
  badRequest(
    'PersonGroupIdAndLargePersonGroupIdBothNull',
    'Large person group ID and person group ID are both null.',
  );
export const bothGroupIdsNotNull = () =>
  badRequest(
    'PersonGroupIdAndLargePersonGroupIdBothNotNull',
    'Large person group ID and person group ID are both not null.',
  );

// Images

const invalidImage = (message: string) => badRequest('InvalidImage', message);
const withDetail = (message: string, detail?: string) => (detail ? `${message} ${detail}` : message);
/** detail: a sentence that says more of the image. */
export const undecodableImage = (detail?: string) =>
  invalidImage(withDetail('Decoding error, image format unsupported.', detail));
export const noFaceDetected = () => invalidImage('No face detected in the image.');
export const severalFacesDetected = () => invalidImage('There is more than 1 face in the image.');
export const imageTooSmall = () => badRequest('InvalidImageSize', 'Image size is too small.');
export const imageTooBig = (detail?: string) =>
  badRequest('InvalidImageSize', withDetail('Image size is too big.', detail));
export const invalidUrl = () => badRequest('InvalidURL', 'Invalid image URL.');
export const downloadFailed = (reason: string) =>
  badRequest(
    'InvalidURL',
    `Invalid image URL or error downloading from target server. Remote server error returned: "${reason}"`,
  );

// Detected faces

export const faceNotFound = () => badRequest('FaceNotFound', 'Face is not found.');
/** Verify alone answers 404. */
export const verifyFaceNotFound = () => notFound('FaceNotFound', 'Face is not found.');

// Collections, persons and persisted faces

/** How the contract names a kind of collection: `type` in error codes, `title` in messages. */
interface CollectionName {
  type: string;
  title: string;
}

/** The collection in the path of a request. */
export const collectionNotFound = ({ type, title }: CollectionName, id: string) =>
  notFound(
    `${type}NotFound`,
    collectionIdPattern.test(id) ? `${title} is not found.` : argumentMessages.invalidId(title),
  );
/** The collection in the body of a find similar or identify request. */
export const searchedCollectionNotFound = ({ type, title }: CollectionName) =>
  badRequest(`${type}NotFound`, `${title} is not found.`);
/** The group in the body of a verify request, the only one whose title has capitals. */
export const verifyGroupNotFound = ({ large }: { large: boolean }) =>
  large
    ? badRequest('LargePersonGroupNotFound', 'Large Person Group is not found.')
    : badRequest('PersonGroupNotFound', 'Person Group is not found.');
export const collectionExists = ({ type, title }: CollectionName) =>
  conflict(`${type}Exists`, `${title} already exists.`);
export const faceListEmpty = () => badRequest('FaceListNotReady', 'Face list is empty.');

export const personNotFound = (personId: string) =>
  notFound(
    'PersonNotFound',
    uuidPattern.test(personId)
      ? `Person \`${personId}\` is not found.`
      : argumentMessages.invalidId('Person'),
  );
const persistedFaceNotFound = (faceId: string, message: string) =>
  notFound(
    'PersistedFaceNotFound',
    uuidPattern.test(faceId) ? message : argumentMessages.invalidId('Persisted face'),
  );
export const listFaceNotFound = ({ large }: { large: boolean }, faceId: string) =>
  persistedFaceNotFound(
    faceId,
    large ? `Large Face List Face \`${faceId}\` is not found.` : 'Persisted face is not found.',
  );
export const personFaceNotFound = (faceId: string) =>
  persistedFaceNotFound(faceId, `Persisted face \`${faceId}\` is not found.`);
export const personWithoutFaces = () =>
  notFound('PersistedFaceNotFound', 'No persisted face of the person is found.');

const quotaExceeded = (message: string) => new ContractError(403, 'QuotaExceeded', message);
export const collectionQuotaExceeded = ({ full }: { full: string }) => quotaExceeded(full);
export const personQuotaExceeded = ({ title }: CollectionName) =>
  quotaExceeded(`Person number reached ${title.toLowerCase()} level limit.`);
export const faceQuotaExceeded = () => quotaExceeded('Persisted face number reached limit.');
export const snapshotQuotaExceeded = (task: 'take' | 'apply', count: number, period: 'day' | 'month') =>
  quotaExceeded(`Snapshot ${task} number reached limit of ${count} a ${period}.`);

export const trainingNotFinished = ({ type, title }: CollectionName) =>
  conflict(`${type}TrainingNotFinished`, `${title} is under training.`);
/** The training status of a collection that was never trained. */
export const noTrainingStatus = ({ type, title }: CollectionName) =>
  notFound(`${type}NotTrained`, `${title} not trained.`);
/** A search in a collection that no training has made searchable. */
export const notTrained = ({ type, title, persons }: CollectionName & { persons: boolean }) =>
  badRequest(`${type}NotTrained`, `${title} ${persons ? '' : 'is '}not trained.`);

// Snapshots and writes

export const snapshotNotFound = () => notFound('SnapshotNotFound', 'Snapshot is not found.');
/** The snapshot's taker wants to apply it, and so already sees it. */
export const snapshotNotShared = () =>
  notFound('SnapshotNotFound', 'The applyScope of the snapshot does not include this subscription.');
export const operationNotFound = () => notFound('OperationNotFound', 'Operation is not found.');
export const concurrentOperation = (resource: string) =>
  conflict(
    'ConcurrentOperationConflict',
    `There is a conflict operation on resource \`${resource}\`, please try later.`,
  );
