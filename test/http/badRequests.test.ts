import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageTooSmall, noFaceDetected, timedOut, undecodableImage } from '../../shared/errors.ts';
import { openApp, someBytes } from './harness.ts';

const url = { url: 'http://image.invalid/a.jpg' };
const id = randomUUID;
const ids = (n: number) => Array.from({ length: n }, id);
const bad = 'not-a-uuid';

/** What is sent, by path and body, and what comes back. Strings and objects go as JSON, bytes as bytes. */
type Row = [path: string, body: unknown, status: number, code: string, message: string];

const invalidBody = 'Request body is invalid.';
const length = 'The length of faceIds is not in a valid range.';
const candidates = 'The argument maxNumOfCandidatesReturned is not valid.';

const rows: Row[] = [
  // Any operation
  ['verify', '{"faceId1":', 400, 'BadArgument', 'JSON parsing error.'],
  ['detect', 'url=x', 400, 'BadArgument', 'JSON parsing error.'],
  ['group', '', 400, 'BadArgument', 'JSON parsing error.'],
  ['group', {}, 400, 'BadArgument', invalidBody],
  ['group', { faceIds: 'one' }, 400, 'BadArgument', invalidBody],
  ['group', { faceIds: [1, 2] }, 400, 'BadArgument', invalidBody],
  ['group', { faceIds: [null, id()] }, 400, 'BadArgument', invalidBody],
  ['verify', { faceId1: id() }, 400, 'BadArgument', invalidBody],
  ['verify', { faceId1: id(), faceId2: null }, 400, 'BadArgument', invalidBody],
  ['verify', { faceId1: 1, faceId2: 2 }, 400, 'BadArgument', invalidBody],
  ['findsimilars', { faceIds: ids(1) }, 400, 'BadArgument', invalidBody],
  ['detect', {}, 400, 'BadArgument', invalidBody],
  ['detect', { url: 7 }, 400, 'BadArgument', invalidBody],
  ['nothing', {}, 404, '404', 'Resource not found'],
  ['detect/more', {}, 404, '404', 'Resource not found'],
  // Detect
  ['detect?recognitionModel=recognition_05', url, 400, 'BadArgument', "'recognitionModel' is invalid."],
  ['detect?recognitionModel=Recognition_01', url, 400, 'BadArgument', "'recognitionModel' is invalid."],
  ['detect?detectionModel=detection_04', url, 400, 'BadArgument', "'detectionModel' is invalid."],
  ['detect?faceIdTimeToLive=59', url, 400, 'BadArgument', "'faceIdTimeToLive' is invalid."],
  ['detect?faceIdTimeToLive=86401', url, 400, 'BadArgument', "'faceIdTimeToLive' is invalid."],
  ['detect?faceIdTimeToLive=60.5', url, 400, 'BadArgument', "'faceIdTimeToLive' is invalid."],
  ['detect?faceIdTimeToLive=soon', url, 400, 'BadArgument', "'faceIdTimeToLive' is invalid."],
  ['detect?returnFaceId=perhaps', url, 400, 'BadArgument', 'Invalid argument returnFaceId.'],
  ['detect?returnFaceLandmarks=1', url, 400, 'BadArgument', 'Invalid argument returnFaceLandmarks.'],
  ['detect?returnRecognitionModel=x', url, 400, 'BadArgument', 'Invalid argument returnRecognitionModel.'],
  ['detect?returnFaceAttributes=shoeSize', url, 400, 'BadArgument', 'Invalid argument returnFaceAttributes.'],
  [
    'detect?returnFaceAttributes=age,shoeSize',
    url,
    400,
    'BadArgument',
    'Invalid argument returnFaceAttributes.',
  ],
  ['detect', { url: '' }, 400, 'InvalidURL', 'Invalid image URL.'],
  ['detect', { url: 'people.jpg' }, 400, 'InvalidURL', 'Invalid image URL.'],
  ['detect', { url: 'ftp://host/a.jpg' }, 400, 'InvalidURL', 'Invalid image URL.'],
  ['detect', { url: 'file:///etc/passwd' }, 400, 'InvalidURL', 'Invalid image URL.'],
  ['detect', { url: 'data:image/png;base64,AAAA' }, 400, 'InvalidURL', 'Invalid image URL.'],
  ['detect', { url: 'http://user:secret@host/a.jpg' }, 400, 'InvalidURL', 'Invalid image URL.'],
  ['detect', new Uint8Array(6 * 1024 * 1024 + 1), 400, 'InvalidImageSize', 'Image size is too big.'],
  // Verify
  ['verify', { faceId1: bad, faceId2: id() }, 400, 'BadArgument', 'Face ID is invalid.'],
  ['verify', { faceId1: id(), faceId2: '' }, 400, 'BadArgument', 'Face ID is invalid.'],
  ['verify', { faceId1: id(), faceId2: id() }, 404, 'FaceNotFound', 'Face is not found.'],
  ['verify', { faceId: bad, personId: id(), personGroupId: 'a' }, 400, 'BadArgument', 'Face ID is invalid.'],
  [
    'verify',
    { faceId: id(), personId: bad, personGroupId: 'a' },
    400,
    'BadArgument',
    'Person ID is invalid.',
  ],
  [
    'verify',
    { faceId: id(), personId: id(), personGroupId: 'A!' },
    400,
    'BadArgument',
    'Person group ID is invalid.',
  ],
  [
    'verify',
    { faceId: id(), personId: id(), largePersonGroupId: 'x'.repeat(65) },
    400,
    'BadArgument',
    'Large person group ID is invalid.',
  ],
  [
    'verify',
    { faceId: id(), personId: id(), personGroupId: 'family' },
    400,
    'PersonGroupNotFound',
    'Person Group is not found.',
  ],
  [
    'verify',
    { faceId: id(), personId: id(), largePersonGroupId: 'city' },
    400,
    'LargePersonGroupNotFound',
    'Large Person Group is not found.',
  ],
  [
    'verify',
    { faceId: id(), personId: id() },
    400,
    'PersonGroupIdAndLargePersonGroupIdBothNull',
    'Large person group ID and person group ID are both null.',
  ],
  [
    'verify',
    { faceId: id(), personId: id(), personGroupId: 'a', largePersonGroupId: 'a' },
    400,
    'PersonGroupIdAndLargePersonGroupIdBothNotNull',
    'Large person group ID and person group ID are both not null.',
  ],
  // Find similar
  ['findsimilars', { faceId: bad, faceIds: ids(1) }, 400, 'BadArgument', 'Face ID is invalid.'],
  ['findsimilars', { faceId: id(), faceIds: [bad] }, 400, 'BadArgument', 'Face ID is invalid.'],
  [
    'findsimilars',
    { faceId: id(), faceIds: ids(1), mode: 'matchAll' },
    400,
    'BadArgument',
    'Mode is invalid.',
  ],
  ['findsimilars', { faceId: id(), faceListId: 'A b' }, 400, 'BadArgument', 'Face list ID is invalid.'],
  [
    'findsimilars',
    { faceId: id(), largeFaceListId: '' },
    400,
    'BadArgument',
    'Large face list ID is invalid.',
  ],
  [
    'findsimilars',
    { faceId: id() },
    400,
    'BadArgument',
    'LargeFaceListId, faceListId and faceIds are all null.',
  ],
  [
    'findsimilars',
    { faceId: id(), faceIds: ids(1), faceListId: 'a' },
    400,
    'BadArgument',
    '2 or more of largeFaceListId, faceListId and faceIds are not null.',
  ],
  [
    'findsimilars',
    { faceId: id(), largeFaceListId: 'a', faceListId: 'a' },
    400,
    'BadArgument',
    '2 or more of largeFaceListId, faceListId and faceIds are not null.',
  ],
  [
    'findsimilars',
    { faceId: id(), faceIds: ids(1), maxNumOfCandidatesReturned: 0 },
    400,
    'BadArgument',
    candidates,
  ],
  [
    'findsimilars',
    { faceId: id(), faceIds: ids(1), maxNumOfCandidatesReturned: 1_001 },
    400,
    'BadArgument',
    candidates,
  ],
  [
    'findsimilars',
    { faceId: id(), faceIds: ids(1), maxNumOfCandidatesReturned: 'many' },
    400,
    'BadArgument',
    invalidBody,
  ],
  ['findsimilars', { faceId: id(), faceIds: [] }, 400, 'BadArgument', length],
  ['findsimilars', { faceId: id(), faceIds: ids(1_001) }, 400, 'BadArgument', length],
  ['findsimilars', { faceId: id(), faceIds: ids(1_000) }, 400, 'FaceNotFound', 'Face is not found.'],
  ['findsimilars', { faceId: id(), faceListId: 'a' }, 400, 'FaceListNotFound', 'Face list is not found.'],
  [
    'findsimilars',
    { faceId: id(), largeFaceListId: 'a' },
    400,
    'LargeFaceListNotFound',
    'Large face list is not found.',
  ],
  // Group
  ['group', { faceIds: [bad, id()] }, 400, 'BadArgument', 'Face ID is invalid.'],
  ['group', { faceIds: [] }, 400, 'BadArgument', length],
  ['group', { faceIds: ids(1) }, 400, 'BadArgument', length],
  ['group', { faceIds: ids(1_001) }, 400, 'BadArgument', length],
  ['group', { faceIds: ids(2) }, 400, 'FaceNotFound', 'Face is not found.'],
];

describe('what is wrong', () => {
  let app: Awaited<ReturnType<typeof openApp>>;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());

  const post = (path: string, body: unknown) =>
    body instanceof Uint8Array ? app.postBytes(path, body) : app.postJson(path, body);

  it.each(rows)('%s %j is %i %s %s', async (path, body, status, code, message) => {
    const answer = await post(`/face/v1.0/${path}`, body);
    expect({ status: answer.status, ...(answer.json as object) }).toEqual({
      status,
      error: { code, message },
    });
  });

  it.each([
    [undecodableImage(), 'InvalidImage', 'Decoding error, image format unsupported.'],
    [imageTooSmall(), 'InvalidImageSize', 'Image size is too small.'],
    [noFaceDetected(), 'InvalidImage', 'No face detected in the image.'],
  ])('an image that vision refuses is 400', async (error, code, message) => {
    app.vision.error = error;
    const { status, json } = await app.postBytes('/face/v1.0/detect', someBytes);
    app.vision.error = undefined;
    expect({ status, json }).toEqual({ status: 400, json: { error: { code, message } } });
  });

  it('an image that takes too long is 408', async () => {
    app.vision.error = timedOut();
    const { status } = await app.postBytes('/face/v1.0/detect', someBytes);
    app.vision.error = undefined;
    expect(status).toBe(408);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'image/jpeg',
    'multipart/form-data; boundary=x',
  ])('a body of type %s is 415', async (type) => {
    for (const path of ['detect', 'verify']) {
      const { status, json } = await app.send('POST', `/face/v1.0/${path}`, {
        headers: { 'Content-Type': type },
        body: 'some text',
      });
      expect({ status, json }).toEqual({
        status: 415,
        json: { error: { code: 'BadArgument', message: 'Invalid Media Type.' } },
      });
    }
  });

  it('a body of bytes is 415 where only JSON is taken', async () => {
    expect((await app.postBytes('/face/v1.0/verify', someBytes)).status).toBe(415);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    '%s of an operation that is called by POST is 404',
    async (method) => {
      const { status, json } = await app.send(method, '/face/v1.0/detect', {
        headers: { 'Content-Type': 'application/json' },
      });
      expect({ status, json }).toEqual({
        status: 404,
        json: { error: { code: '404', message: 'Resource not found' } },
      });
    },
  );

  it('faces of two models are 400', async () => {
    const [a, b] = await app.storeFaces([0, 10], 'recognition_01');
    const [c] = await app.storeFaces([0], 'recognition_02');
    const answers = await Promise.all([
      app.postJson('/face/v1.0/verify', { faceId1: a, faceId2: c }),
      app.postJson('/face/v1.0/findsimilars', { faceId: c, faceIds: [a, b] }),
      app.postJson('/face/v1.0/group', { faceIds: [a, b, c] }),
    ]);
    for (const { status, json } of answers)
      expect({ status, json }).toEqual({
        status: 400,
        json: { error: { code: 'BadArgument', message: "'recognitionModel' is incompatible." } },
      });
  });

  it("attribute names are read in any case and deduplicated, in Azure's order", async () => {
    const path = '/face/v1.0/detect?returnFaceAttributes=AGE,%20smile,age';
    expect((await app.postBytes(path, someBytes)).status).toBe(200);
    expect(app.vision.calls.at(-1)!.analysis.attributes).toEqual(['smile', 'age']);
  });
});

describe('with strict models', () => {
  let app: Awaited<ReturnType<typeof openApp>>;
  beforeAll(async () => {
    app = await openApp({ strictModels: true });
  });
  afterAll(() => app.close());

  it.each([
    ['detection_02&returnFaceAttributes=age', "'returnFaceAttributes' is not supported by detection_02."],
    ['detection_02&returnFaceLandmarks=true', "'returnLandmarks' is not supported by detection_02."],
    [
      'detection_03&returnFaceAttributes=headPose,age',
      "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_03.",
    ],
  ])('%s is 400', async (query, message) => {
    const { status, json } = await app.postBytes(`/face/v1.0/detect?detectionModel=${query}`, someBytes);
    expect({ status, json }).toEqual({ status: 400, json: { error: { code: 'BadArgument', message } } });
  });

  it.each([
    'detection_01&returnFaceLandmarks=true',
    'detection_02&returnFaceAttributes=',
    'detection_03&returnFaceAttributes=HeadPose,mask,qualityForRecognition',
    'detection_03&returnFaceLandmarks=true',
  ])('%s is answered', async (query) => {
    const { status } = await app.postBytes(`/face/v1.0/detect?detectionModel=${query}`, someBytes);
    expect(status).toBe(200);
  });
});
