import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrationsOf, cohesionsOf } from '../../shared/faces/calibrations.ts';
import { type DetectOptions, detect } from '../../shared/faces/detect.ts';
import { verify } from '../../shared/faces/verify.ts';
import { faceAt, openStorage, ScriptedVision, someBytes, uuid } from '../http/harness.ts';

const defaults: DetectOptions = {
  returnFaceId: true,
  returnFaceLandmarks: false,
  returnFaceAttributes: [],
  returnRecognitionModel: false,
  recognitionModel: 'recognition_01',
  detectionModel: 'detection_01',
  faceIdTimeToLive: 86_400,
};

describe('detect', () => {
  let storage: Awaited<ReturnType<typeof openStorage>>;
  let vision: ScriptedVision;
  beforeEach(async () => {
    storage = await openStorage();
    vision = new ScriptedVision();
    vision.faces = [faceAt(0), faceAt(10), faceAt(90)];
  });
  afterEach(() => storage.close());

  const deps = (strictModels = false) => ({
    ...storage.deps,
    vision,
    strictModels,
    calibrations: calibrationsOf({ detection: {}, recognition: {} }),
    cohesions: cohesionsOf({ detection: {}, recognition: {} }),
  });
  const image = async () => someBytes;
  const run = (options: Partial<DetectOptions> = {}) =>
    detect(deps(), 'first', { ...defaults, ...options }, image);
  const storedFaces = async () => (await storage.store.list('first/faces', { limit: 1_000 })).length;

  it("returns a faceId and a rectangle for each face, in Azure's order", async () => {
    const faces = await run();
    expect(faces).toHaveLength(3);
    for (const face of faces) {
      expect(Object.keys(face)).toEqual(['faceId', 'faceRectangle']);
      expect(face.faceId).toMatch(uuid);
      expect(JSON.stringify(face.faceRectangle)).toBe('{"top":20,"left":10,"width":100,"height":101}');
    }
    expect(new Set(faces.map((face) => face.faceId)).size).toBe(3);
  });

  it("returns everything that was requested, in Azure's order", async () => {
    const [face] = await run({
      returnFaceLandmarks: true,
      returnRecognitionModel: true,
      recognitionModel: 'recognition_03',
    });
    expect(Object.keys(face!)).toEqual(['faceId', 'faceRectangle', 'faceLandmarks', 'recognitionModel']);
    expect(Object.keys(face!.faceLandmarks!)).toHaveLength(27);
    expect(face!.recognitionModel).toBe('recognition_03');
  });

  it('returns requested attributes, before the recognition model', async () => {
    vision.faces = [{ ...faceAt(0), attributes: { smile: 0.5 } }];
    const [face] = await run({ returnFaceAttributes: ['smile'], returnRecognitionModel: true });
    expect(Object.keys(face!)).toEqual(['faceId', 'faceRectangle', 'faceAttributes', 'recognitionModel']);
    expect(face!.faceAttributes).toEqual({ smile: 0.5 });
    expect(vision.calls[0]!.analysis.attributes).toEqual(['smile']);
  });

  it('computes and stores no embedding without returnFaceId', async () => {
    const faces = await run({ returnFaceId: false });
    expect(faces.map((face) => Object.keys(face))).toEqual(Array(3).fill(['faceRectangle']));
    expect(vision.calls.map(({ analysis }) => analysis)).toEqual([{ detectionModel: 'detection_01' }]);
    expect(await storedFaces()).toBe(0);
  });

  it('computes only what was requested', async () => {
    await run({
      detectionModel: 'detection_02',
      recognitionModel: 'recognition_04',
      returnFaceLandmarks: true,
    });
    await run();
    expect(vision.calls.map(({ analysis }) => analysis)).toEqual([
      { detectionModel: 'detection_02', recognitionModel: 'recognition_04', landmarks: true },
      { detectionModel: 'detection_01', recognitionModel: 'recognition_01' },
    ]);
  });

  it('returns an empty array for an image without faces', async () => {
    vision.faces = [];
    expect(await run()).toEqual([]);
    expect(await storedFaces()).toBe(0);
  });

  it('stores 100 faces at once', async () => {
    vision.faces = Array.from({ length: 100 }, (_, i) => faceAt(i, 832));
    const faces = await run();
    expect(new Set(faces.map((face) => face.faceId)).size).toBe(100);
    expect(await storedFaces()).toBe(100);
  });

  it('stores the faces for the requested time to live', async () => {
    const [brief] = await run({ faceIdTimeToLive: 60 });
    const [day] = await run();
    const lives = async (faceId: string) =>
      verify(deps(), 'first', faceId, faceId).then(
        () => true,
        () => false,
      );
    storage.advance(59);
    expect([await lives(brief!.faceId!), await lives(day!.faceId!)]).toEqual([true, true]);
    storage.advance(2);
    expect([await lives(brief!.faceId!), await lives(day!.faceId!)]).toEqual([false, true]);
    storage.advance(86_400);
    expect(await lives(day!.faceId!)).toBe(false);
  });

  it('stores no image', async () => {
    await run();
    const stored = await storage.store.list('first/faces', { limit: 10 });
    for (const { value } of stored)
      expect(Object.keys(value).sort()).toEqual(['embedding', 'recognitionModel']);
  });

  it('stores nothing of an image that vision refuses', async () => {
    vision.error = new Error('no image');
    await expect(run()).rejects.toBe(vision.error);
    expect(await storedFaces()).toBe(0);
  });

  it('reads the image only after its options were checked', async () => {
    let read = false;
    const late = async () => {
      read = true;
      return someBytes;
    };
    const options: DetectOptions = { ...defaults, returnFaceLandmarks: true, detectionModel: 'detection_02' };
    await expect(detect(deps(true), 'first', options, late)).rejects.toMatchObject({
      code: 'BadArgument',
    });
    expect(read).toBe(false);
    expect(await detect(deps(false), 'first', options, late)).toHaveLength(3);
    expect(read).toBe(true);
  });
});
