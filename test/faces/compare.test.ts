import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrationsOf, cohesionsOf } from '../../shared/faces/calibrations.ts';
import { findSimilar } from '../../shared/faces/findSimilar.ts';
import { group } from '../../shared/faces/group.ts';
import { storeFaces } from '../../shared/faces/transientFaces.ts';
import { verify } from '../../shared/faces/verify.ts';
import type { RecognitionModel } from '../../shared/modelNames.ts';
import { embeddingAt, openStorage, ScriptedVision } from '../http/harness.ts';

const none = { detection: {}, recognition: {} };
const all = { mode: 'matchFace', maxNumOfCandidatesReturned: 1_000 } as const;
const unknown = '00000000-0000-4000-8000-000000000000';
const notFound = { code: 'FaceNotFound', message: 'Face is not found.' };
const incompatible = { status: 400, code: 'BadArgument', message: "'recognitionModel' is incompatible." };

let storage: Awaited<ReturnType<typeof openStorage>>;
beforeEach(async () => {
  storage = await openStorage();
});
afterEach(() => storage.close());

const deps = (customModels: Parameters<typeof calibrationsOf>[0] = none) => ({
  ...storage.deps,
  vision: new ScriptedVision(),
  strictModels: false,
  calibrations: calibrationsOf(customModels),
  cohesions: cohesionsOf(customModels),
});

/** Keeps a face of recognition_02 at each angle: 60° is a similarity of .5. */
const faces = (
  degrees: number[],
  { model = 'recognition_02' as RecognitionModel, owner = 'first', dimensions = 8 } = {},
) =>
  storeFaces(
    storage.store,
    owner,
    degrees.map((each) => embeddingAt(each, dimensions)),
    model,
    86_400,
  );

describe('verify', () => {
  it('tells the same person from another by the calibrated confidence', async () => {
    const [a, same, other] = await faces([0, 10, 90]);
    expect(await verify(deps(), 'first', a!, a!)).toEqual({ isIdentical: true, confidence: 1 });
    const close = await verify(deps(), 'first', a!, same!);
    expect(close.isIdentical).toBe(true);
    expect(close.confidence).toBeGreaterThan(0.9);
    const far = await verify(deps(), 'first', a!, other!);
    expect(far.isIdentical).toBe(false);
    expect(far.confidence).toBeLessThan(0.1);
  });

  it('is symmetric, falls with the angle, and counts .5 as the same person', async () => {
    const angles = Array.from({ length: 19 }, (_, i) => 5 * i);
    const ids = await faces(angles);
    let last = 1;
    for (const id of ids) {
      const forth = await verify(deps(), 'first', ids[0]!, id);
      expect(await verify(deps(), 'first', id, ids[0]!)).toEqual(forth);
      expect(forth.confidence).toBeLessThanOrEqual(last);
      expect(forth.isIdentical).toBe(forth.confidence >= 0.5);
      expect(Math.abs(forth.confidence * 1e5 - Math.round(forth.confidence * 1e5))).toBeLessThan(1e-6);
      last = forth.confidence;
    }
  });

  it('uses the calibration of a custom recognition model', async () => {
    const [a, b] = await faces([0, 60]);
    const linear: [number, number][] = [
      [0, 0],
      [1, 1],
    ];
    const recogniser = {
      file: 'own.onnx',
      layout: 'NCHW' as const,
      channels: 'RGB' as const,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      size: 112,
      alignment: 'arcface' as const,
      calibration: linear,
    };
    const own = { detection: {}, recognition: { recognition_02: recogniser } };
    const { confidence } = await verify(deps(own), 'first', a!, b!);
    expect(confidence).toBeCloseTo(0.5, 3);
    expect((await verify(deps(), 'first', a!, b!)).confidence).not.toBeCloseTo(0.5, 1);
  });

  it('is the only operation that answers 404 for a missing face', async () => {
    const [a] = await faces([0]);
    await expect(verify(deps(), 'first', a!, unknown)).rejects.toMatchObject({ status: 404, ...notFound });
    await expect(findSimilar(deps(), 'first', a!, [unknown], all)).rejects.toMatchObject({
      status: 400,
      ...notFound,
    });
    await expect(group(deps(), 'first', [a!, unknown])).rejects.toMatchObject({
      status: 400,
      ...notFound,
    });
  });
});

describe('faces', () => {
  it('are comparable only within a recognition model', async () => {
    const [a] = await faces([0]);
    const [b] = await faces([0], { model: 'recognition_03' });
    await expect(verify(deps(), 'first', a!, b!)).rejects.toMatchObject(incompatible);
    await expect(findSimilar(deps(), 'first', a!, [b!], all)).rejects.toMatchObject(incompatible);
    await expect(group(deps(), 'first', [a!, b!])).rejects.toMatchObject(incompatible);
  });

  it('of a replaced network are not comparable with new ones', async () => {
    const [old] = await faces([0], { dimensions: 128 });
    const [fresh] = await faces([0], { dimensions: 512 });
    await expect(verify(deps(), 'first', old!, fresh!)).rejects.toMatchObject(incompatible);
  });

  it('of another subscription do not exist', async () => {
    const [a] = await faces([0]);
    const [b] = await faces([0], { owner: 'second' });
    await expect(verify(deps(), 'first', a!, b!)).rejects.toMatchObject(notFound);
    await expect(verify(deps(), 'second', a!, b!)).rejects.toMatchObject(notFound);
    await expect(findSimilar(deps(), 'first', b!, [a!], all)).rejects.toMatchObject(notFound);
    await expect(findSimilar(deps(), 'first', a!, [b!], all)).rejects.toMatchObject(notFound);
    await expect(group(deps(), 'first', [a!, b!])).rejects.toMatchObject(notFound);
  });
});

describe('findSimilar', () => {
  it('ranks faces best first: those of the same person, or all of them', async () => {
    const [probe, near, far, nearest] = await faces([0, 30, 90, 5]);
    const person = { mode: 'matchPerson', maxNumOfCandidatesReturned: 20 } as const;
    const same = await findSimilar(deps(), 'first', probe!, [near!, far!, nearest!], person);
    expect(same.map(({ faceId }) => faceId)).toEqual([nearest, near]);
    for (const { confidence } of same) expect(confidence).toBeGreaterThanOrEqual(0.5);
    const ranked = await findSimilar(deps(), 'first', probe!, [near!, far!, nearest!], all);
    expect(ranked.map(({ faceId }) => faceId)).toEqual([nearest, near, far]);
    expect(ranked.slice(0, 2)).toEqual(same);
    expect(ranked[2]!.confidence).toBeLessThan(0.5);
  });

  it('returns an empty array where no face is similar', async () => {
    const [probe, far] = await faces([0, 90]);
    const options = { mode: 'matchPerson', maxNumOfCandidatesReturned: 20 } as const;
    expect(await findSimilar(deps(), 'first', probe!, [far!], options)).toEqual([]);
  });

  it('finds the probe too where faceIds include it, and a repeated face once', async () => {
    const [probe, near] = await faces([0, 30]);
    const found = await findSimilar(deps(), 'first', probe!, [near!, probe!, near!, probe!], all);
    expect(found.map(({ faceId }) => faceId)).toEqual([probe, near]);
    expect(found[0]!.confidence).toBe(1);
  });

  it('keeps the order of equally similar faces', async () => {
    const ids = await faces([40, 40, 40, 0]);
    const shuffled = [ids[2]!, ids[0]!, ids[1]!];
    const found = await findSimilar(deps(), 'first', ids[3]!, shuffled, all);
    expect(found.map(({ faceId }) => faceId)).toEqual(shuffled);
  });

  it('returns the best faces up to the requested number', async () => {
    const ids = await faces(Array.from({ length: 90 }, (_, i) => 2 * i));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 89 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        async (angles, most) => {
          const found = await findSimilar(
            deps(),
            'first',
            ids[0]!,
            angles.map((angle) => ids[angle]!),
            { mode: 'matchFace', maxNumOfCandidatesReturned: most },
          );
          const best = [...angles].sort((a, b) => a - b).slice(0, most);
          expect(found.map(({ faceId }) => ids.indexOf(faceId))).toEqual(best);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('searches 1,000 faces and the probe', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 11; i++)
      ids.push(...(await faces(Array.from({ length: 100 }, (_, j) => (i * 100 + j) / 20))));
    const found = await findSimilar(deps(), 'first', ids[1_000]!, ids.slice(0, 1_000), all);
    expect(found).toHaveLength(1_000);
    expect(found[0]!.faceId).toBe(ids[999]);
  });
});

describe('group', () => {
  it('groups the faces of a person, largest group first, and puts the others into the messy group', async () => {
    // Three people far from one another, and one face alone.
    const [a1, a2, b1, b2, b3, alone] = await faces([0, 5, 120, 124, 128, 240]);
    const answer = await group(deps(), 'first', [a1!, alone!, b1!, a2!, b2!, b3!]);
    expect(answer.groups.map((ids) => new Set(ids))).toEqual([new Set([b1, b2, b3]), new Set([a1, a2])]);
    expect(answer.messyGroup).toEqual([alone]);
  });

  it('has no messy group where every face is similar to another', async () => {
    const ids = await faces([0, 5, 120, 124]);
    const answer = await group(deps(), 'first', ids);
    expect(Object.keys(answer)).toEqual(['groups']);
    expect(answer.groups.flat().sort()).toEqual([...ids].sort());
  });

  it('treats a repeated face as one', async () => {
    const [a] = await faces([0]);
    expect(await group(deps(), 'first', [a!, a!])).toEqual({ groups: [], messyGroup: [a] });
  });

  it('returns every face exactly once', async () => {
    const ids = await faces(Array.from({ length: 72 }, (_, i) => 5 * i));
    await fc.assert(
      fc.asyncProperty(fc.subarray(ids, { minLength: 2 }), async (some) => {
        const { groups, messyGroup = [] } = await group(deps(), 'first', some);
        expect([...groups.flat(), ...messyGroup].sort()).toEqual([...some].sort());
        expect(groups.every(({ length }) => length > 1)).toBe(true);
        expect(groups.map(({ length }) => length)).toEqual(
          groups.map(({ length }) => length).sort((a, b) => b - a),
        );
      }),
      { numRuns: 30 },
    );
  });
});
