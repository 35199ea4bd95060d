import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { FaceClient, type FaceModels as Models } from '@azure/cognitiveservices-face';
import { ApiKeyCredentials } from '@azure/ms-rest-js';
import { FaceClient as FaceClient4 } from 'cognitiveservices-face-4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recognitionModels } from '../../shared/modelNames.ts';
import { type Server, startServer } from '../server.ts';
import { fileOf, type Photograph, photographs, servePhotographs, variantOf } from './photographs.ts';

let server: Server;
let images: Awaited<ReturnType<typeof servePhotographs>>;
beforeAll(async () => {
  [server, images] = await Promise.all([
    startServer({ env: { FACE_ALLOW_PRIVATE_URLS: 'true' } }),
    servePhotographs(),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.stop(), images?.close()]);
});

const credentials = (key: string) =>
  new ApiKeyCredentials({ inHeader: { 'Ocp-Apim-Subscription-Key': key } });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const rectangles = (faces: Models.DetectedFace[]) => faces.map(({ faceRectangle }) => faceRectangle);
const unknown = '00000000-0000-4000-8000-000000000000';

// Both speak of faces with the same names; the types of 5.0 serve for 4.1.
const clients = {
  '5.0': (key: string, url: string) => new FaceClient(credentials(key), url).face,
  '4.1': (key: string, url: string) =>
    new FaceClient4(credentials(key), url).face as unknown as FaceClient['face'],
};

describe.each(Object.entries(clients))('@azure/cognitiveservices-face %s', (version, connect) => {
  const client = (key = server.keys[0]) => connect(key, server.url);

  const newest = version === '5.0';

  it.each(newest ? Object.entries(photographs) : [['1', 3] as const])(
    'detects every face of photograph %s, by URL and by bytes',
    async (n, count) => {
      const photograph = Number(n) as Photograph;
      const byUrl = await client().detectWithUrl(images.urlOf(photograph));
      expect(byUrl).toHaveLength(count);
      const areas = byUrl.map(({ faceRectangle: { width, height } }) => width * height);
      expect(areas).toEqual([...areas].sort((a, b) => b - a));
      for (const { faceId } of byUrl) expect(faceId).toMatch(uuid);
      const byBytes = await client().detectWithStream(await readFile(fileOf(photograph)));
      expect(rectangles(byBytes)).toEqual(rectangles(byUrl));
    },
  );

  it('detects by a stream without a length, and by a URL that redirects', async () => {
    const byBytes = await client().detectWithStream(await readFile(fileOf(1)));
    const byStream = await client().detectWithStream(() => createReadStream(fileOf(1)));
    expect(rectangles(byStream)).toEqual(rectangles(byBytes));
    const byRedirect = await client().detectWithUrl(`${images.base}/moved/1.jpg`);
    expect(rectangles(byRedirect)).toEqual(rectangles(byBytes));
  });

  it('reads landmarks and recognition model where they are asked for', async () => {
    const [face] = await client().detectWithUrl(images.urlOf(1), {
      returnFaceLandmarks: true,
      returnRecognitionModel: true,
      recognitionModel: 'recognition_02',
      detectionModel: 'detection_02',
    });
    expect(face!.recognitionModel).toBe('recognition_02');
    const { pupilLeft, pupilRight, mouthLeft, mouthRight, underLipBottom } = face!.faceLandmarks!;
    expect(Object.keys(face!.faceLandmarks!)).toHaveLength(27);
    expect(pupilLeft!.x).toBeLessThan(pupilRight!.x);
    expect(mouthLeft!.x).toBeLessThan(mouthRight!.x);
    expect(pupilLeft!.y).toBeLessThan(underLipBottom!.y);
    const { left, top, width, height } = face!.faceRectangle;
    expect(pupilLeft!.x).toBeGreaterThan(left);
    expect(pupilRight!.x).toBeLessThan(left + width);
    expect(underLipBottom!.y).toBeLessThan(top + height);
  });

  it('answers no faceIds where none are wanted, and an empty array where there is no face', async () => {
    const faces = await client().detectWithUrl(images.urlOf(1), { returnFaceId: false });
    expect(faces).toHaveLength(3);
    for (const face of faces) expect(face.faceId).toBeUndefined();
    const { default: sharp } = await import('sharp');
    const wall = await sharp({
      create: {
        width: 400,
        height: 300,
        channels: 3,
        background: 'white',
        noise: { type: 'gaussian', mean: 128, sigma: 20 },
      },
    })
      .jpeg()
      .toBuffer();
    expect([...(await client().detectWithStream(wall))]).toEqual([]);
  });

  it.each(newest ? recognitionModels : recognitionModels.slice(0, 1))(
    'verifies, finds and groups the people of two photographs with %s',
    async (recognitionModel) => {
      const before = await client().detectWithUrl(images.urlOf(4), { recognitionModel });
      const after = await client().detectWithStream(await variantOf(4), { recognitionModel });
      expect(after).toHaveLength(before.length);
      const idsBefore = before.map(({ faceId }) => faceId!);
      // The same people stand in the same order from left to right.
      const leftmost = (faces: typeof before) =>
        faces.reduce((a, b) => (a.faceRectangle.left < b.faceRectangle.left ? a : b)).faceId!;
      const probe = leftmost(after);
      const same = leftmost(before);
      const other = idsBefore.find((id) => id !== same)!;

      const match = await client().verifyFaceToFace(probe, same);
      expect(match.isIdentical).toBe(true);
      expect(match.confidence).toBeGreaterThanOrEqual(0.5);
      const mismatch = await client().verifyFaceToFace(probe, other);
      expect(mismatch.isIdentical).toBe(false);
      expect(mismatch.confidence).toBeLessThan(0.5);

      const similar = await client().findSimilar(probe, { faceIds: idsBefore });
      expect(similar[0]).toEqual({ faceId: same, confidence: match.confidence });
      for (const { confidence } of similar) expect(confidence).toBeGreaterThanOrEqual(0.5);
      const ranked = await client().findSimilar(probe, { faceIds: idsBefore, mode: 'matchFace' });
      expect(ranked).toHaveLength(before.length);
      const best = await client().findSimilar(probe, {
        faceIds: idsBefore,
        mode: 'matchFace',
        maxNumOfCandidatesReturned: 2,
      });
      expect([...best]).toEqual(ranked.slice(0, 2));

      const all = [...idsBefore, ...after.map(({ faceId }) => faceId!)];
      const { groups, messyGroup = [] } = await client().group(all);
      expect(groups.some((group) => group.includes(probe) && group.includes(same))).toBe(true);
      expect([...groups.flat(), ...messyGroup].sort()).toEqual([...all].sort());
    },
  );

  it('tells errors by status and code', async () => {
    const [face] = await client().detectWithUrl(images.urlOf(1));
    const faceId = face!.faceId!;
    const text = Buffer.alloc(4_000, 'This is no image. ');
    const failures: [() => Promise<unknown>, number, string, string | RegExp][] = [
      [() => client('wrong key').detectWithUrl(images.urlOf(1)), 401, '401', /^Access denied/],
      [() => client().detectWithUrl('not a URL'), 400, 'InvalidURL', 'Invalid image URL.'],
      [() => client().detectWithUrl(`${images.base}/none.jpg`), 400, 'InvalidURL', /404 \(Not Found\)/],
      [
        () => client().detectWithStream(text),
        400,
        'InvalidImage',
        'Decoding error, image format unsupported.',
      ],
      [
        () => client().detectWithStream(Buffer.alloc(100)),
        400,
        'InvalidImageSize',
        'Image size is too small.',
      ],
      [
        () => client().detectWithStream(Buffer.alloc(7_000_000)),
        400,
        'InvalidImageSize',
        'Image size is too big.',
      ],
      [() => client().verifyFaceToFace(faceId, unknown), 404, 'FaceNotFound', 'Face is not found.'],
      [
        () => client(server.keys[1]).verifyFaceToFace(faceId, faceId),
        404,
        'FaceNotFound',
        'Face is not found.',
      ],
      [() => client().findSimilar(faceId, { faceIds: [unknown] }), 400, 'FaceNotFound', 'Face is not found.'],
      [
        () => client().findSimilar(faceId, { faceListId: 'no-such-list' }),
        400,
        'FaceListNotFound',
        'Face list is not found.',
      ],
      [() => client().group([faceId, unknown]), 400, 'FaceNotFound', 'Face is not found.'],
      [
        () => client().verifyFaceToPerson(faceId, unknown, { personGroupId: 'no-such-group' }),
        400,
        'PersonGroupNotFound',
        'Person Group is not found.',
      ],
    ];
    for (const [call, statusCode, code, message] of failures) {
      const error = await call().then(
        () => undefined,
        (thrown: unknown) => thrown as { statusCode: number; code: string; message: string },
      );
      expect(error).toMatchObject({ statusCode, code });
      expect(error!.message).toMatch(message);
    }
  });

  if (!newest) return;

  it('keeps faceIds for as long as it is told', async () => {
    const faces = await client().detectWithUrl(images.urlOf(1), { faceIdTimeToLive: 60 });
    expect(faces).toHaveLength(3);
    await expect(client().detectWithUrl(images.urlOf(1), { faceIdTimeToLive: 30 })).rejects.toThrow(
      /faceIdTimeToLive/,
    );
  });
});
