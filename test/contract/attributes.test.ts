import { readFile } from 'node:fs/promises';
import { FaceClient, type FaceModels as Models } from '@azure/cognitiveservices-face';
import { AzureKeyCredential } from '@azure/core-auth';
import { ApiKeyCredentials } from '@azure/ms-rest-js';
import createClient, { isUnexpected } from '@azure-rest/ai-vision-face';
import { FaceClient as FaceClient4 } from 'cognitiveservices-face-4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { fileOf } from './photographs.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const credentials = (key: string) =>
  new ApiKeyCredentials({ inHeader: { 'Ocp-Apim-Subscription-Key': key } });
const every: Models.FaceAttributeType[] = [
  'age',
  'gender',
  'headPose',
  'smile',
  'facialHair',
  'glasses',
  'emotion',
  'hair',
  'makeup',
  'occlusion',
  'accessories',
  'blur',
  'exposure',
  'noise',
];
const share = (value: number | undefined) => value !== undefined && value >= 0 && value <= 1;

// Both speak of attributes with the same names; the types of 5.0 serve for 4.1.
const clients = {
  '5.0': () => new FaceClient(credentials(server.keys[0]), server.url).face,
  '4.1': () => new FaceClient4(credentials(server.keys[0]), server.url).face as unknown as FaceClient['face'],
};

describe.each(Object.entries(clients))('@azure/cognitiveservices-face %s', (_, client) => {
  it('reads every field of every attribute', async () => {
    const faces = await client().detectWithStream(await readFile(fileOf(3)), { returnFaceAttributes: every });
    expect(faces).toHaveLength(3);
    for (const { faceAttributes: a } of faces) {
      expect(a!.age).toBeGreaterThan(10);
      expect(a!.gender).toBe('female');
      expect(Object.keys(a!.headPose!).sort()).toEqual(['pitch', 'roll', 'yaw']);
      expect(Object.keys(a!.facialHair!).sort()).toEqual(['beard', 'moustache', 'sideburns']);
      expect(a!.glasses).toBe('NoGlasses');
      expect(Object.values(a!.emotion!).reduce((sum: number, value) => sum + value, 0)).toBeCloseTo(1, 6);
      expect(Object.keys(a!.emotion!)).toHaveLength(8);
      expect(
        [a!.smile, a!.hair!.bald, a!.blur!.value, a!.exposure!.value, a!.noise!.value].every(share),
      ).toBe(true);
      expect(a!.hair!.invisible).toBe(false);
      expect(a!.hair!.hairColor!.length).toBeGreaterThan(3);
      for (const { color, confidence } of a!.hair!.hairColor!) {
        expect(color).toMatch(/^(brown|black|blond|red|gray|white|other)$/);
        expect(share(confidence)).toBe(true);
      }
      expect([typeof a!.makeup!.eyeMakeup, typeof a!.makeup!.lipMakeup]).toEqual(['boolean', 'boolean']);
      expect(Object.values(a!.occlusion!).map((value) => typeof value)).toEqual(Array(3).fill('boolean'));
      expect(Array.isArray(a!.accessories)).toBe(true);
      expect(a!.blur!.blurLevel).toMatch(/^(low|medium|high)$/);
      expect(a!.exposure!.exposureLevel).toMatch(/^(under|good|over)Exposure$/);
      expect(a!.noise!.noiseLevel).toMatch(/^(low|medium|high)$/);
    }
  });

  it('tells who laughs', async () => {
    const faces = await client().detectWithStream(await readFile(fileOf(1)), {
      returnFaceAttributes: ['smile', 'emotion'],
    });
    const middle = faces.find(({ faceRectangle: { left } }) => left > 700 && left < 1_100)!;
    expect(middle.faceAttributes!.smile).toBeGreaterThan(0.5);
    expect(middle.faceAttributes!.emotion!.happiness).toBeGreaterThan(0.5);
    expect(Object.keys(middle.faceAttributes!).sort()).toEqual(['emotion', 'smile']);
  });
});

describe('@azure-rest/ai-vision-face', () => {
  it('reads mask and quality', async () => {
    const client = createClient(server.url, new AzureKeyCredential(server.keys[0]), {
      allowInsecureConnection: true,
    });
    const response = await client.path('/detect').post({
      contentType: 'application/octet-stream',
      queryParameters: {
        detectionModel: 'detection_03',
        recognitionModel: 'recognition_04',
        returnFaceId: false,
        returnFaceAttributes: ['headPose', 'mask', 'qualityForRecognition'],
      },
      body: await readFile(fileOf(6)),
    });
    if (isUnexpected(response)) throw new Error(JSON.stringify(response.body));
    expect(response.body).toHaveLength(4);
    for (const { faceAttributes } of response.body) {
      expect(Object.keys(faceAttributes!)).toEqual(['headPose', 'mask', 'qualityForRecognition']);
      expect(faceAttributes!.mask).toEqual({ type: 'noMask', noseAndMouthCovered: false });
      expect(faceAttributes!.qualityForRecognition).toMatch(/^(medium|high)$/);
    }
  });
});
