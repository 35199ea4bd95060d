import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AzureKeyCredential } from '@azure/core-auth';
import createClient, { type FaceClient, isUnexpected } from '@azure-rest/ai-vision-face';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { fileOf, servePhotographs, variantOf } from './photographs.ts';

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

/** The answer of a call that is expected to succeed. */
const bodyOf = <T extends { status: string; body: unknown }>(response: T) => {
  if (isUnexpected(response as never)) throw new Error(JSON.stringify(response.body));
  return response.body as Exclude<T['body'], { error: unknown }>;
};

describe.each([undefined, 'v1.1-preview.1'])('@azure-rest/ai-vision-face, version %s', (apiVersion) => {
  let client: FaceClient;
  const connect = (key: string) =>
    createClient(server.url, new AzureKeyCredential(key), {
      allowInsecureConnection: true,
      ...(apiVersion && { apiVersion: apiVersion as 'v1.2' }),
    });
  beforeAll(() => {
    client = connect(server.keys[0]);
  });

  const options = {
    detectionModel: 'detection_03',
    recognitionModel: 'recognition_04',
    returnFaceLandmarks: true,
    returnRecognitionModel: true,
    faceIdTimeToLive: 120,
  } as const;

  it('detects by URL and by stream', async () => {
    const byUrl = bodyOf(
      await client.path('/detect').post({
        contentType: 'application/json',
        queryParameters: options,
        body: { url: images.urlOf(1) },
      }),
    );
    expect(byUrl).toHaveLength(3);
    expect(byUrl[0]).toMatchObject({ recognitionModel: 'recognition_04' });
    const whole = await readFile(fileOf(1));
    for (const body of [whole, createReadStream(fileOf(1))]) {
      const byBytes = bodyOf(
        await client.path('/detect').post({
          contentType: 'application/octet-stream',
          queryParameters: options,
          body: body as Uint8Array,
        }),
      );
      expect(byBytes.map(({ faceRectangle, faceLandmarks }) => ({ faceRectangle, faceLandmarks }))).toEqual(
        byUrl.map(({ faceRectangle, faceLandmarks }) => ({ faceRectangle, faceLandmarks })),
      );
    }
  });

  it('verifies, finds similar faces and groups', async () => {
    const detect = async (body: Uint8Array) =>
      bodyOf(
        await client.path('/detect').post({
          contentType: 'application/octet-stream',
          queryParameters: { ...options, returnFaceId: true },
          body,
        }),
      ).map(({ faceId }) => faceId!);
    const before = await detect(await readFile(fileOf(4)));
    const [probe] = await detect(await variantOf(4));
    const similar = bodyOf(
      await client
        .path('/findsimilars')
        .post({ body: { faceId: probe!, faceIds: before, mode: 'matchPerson' } }),
    );
    const { faceId: same, confidence } = similar[0]!;
    expect(before).toContain(same);
    const verified = bodyOf(await client.path('/verify').post({ body: { faceId1: probe!, faceId2: same! } }));
    expect(verified).toEqual({ isIdentical: true, confidence });
    const { groups } = bodyOf(await client.path('/group').post({ body: { faceIds: [...before, probe!] } }));
    expect(groups.some((group) => group.includes(probe!) && group.includes(same!))).toBe(true);
  });

  it('tells errors by status, code and message', async () => {
    const refused = await connect('wrong key')
      .path('/group')
      .post({ body: { faceIds: [] } });
    expect(refused.status).toBe('401');
    const failed = await client.path('/detect').post({
      contentType: 'application/json',
      queryParameters: { returnFaceAttributes: ['shoeSize' as 'headPose'] },
      body: { url: images.urlOf(1) },
    });
    expect(failed.status).toBe('400');
    expect(failed.body).toEqual({
      error: {
        code: 'BadArgument',
        message: 'Invalid argument returnFaceAttributes.',
      },
    });
    expect(failed.headers).toMatchObject({ 'x-ms-error-code': 'BadArgument' });
  });
});
