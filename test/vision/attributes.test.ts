import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AttributeName, attributeNames, type DetectionModel } from '../../shared/modelNames.ts';
import { emotions } from '../../shared/vision/attributes/emotion.ts';
import type { FaceAttributes } from '../../shared/vision/attributes/faceAttributes.ts';
import { Engine } from '../../shared/vision/engine.ts';
import type { Rectangle } from '../../shared/vision/geometry.ts';
import type { FaceLandmarks } from '../../shared/vision/landmarks27.ts';
import { config, overlap, photograph } from './photographs.ts';

const engine = new Engine(config);

interface Seen {
  rectangle: Rectangle;
  landmarks: FaceLandmarks;
  attributes: Required<FaceAttributes>;
}

const look = async (
  image: Uint8Array,
  attributes: readonly AttributeName[] = attributeNames,
  detectionModel: DetectionModel = 'detection_01',
) => (await engine.analyse(image, { detectionModel, landmarks: true, attributes })) as Seen[];

/** The face whose rectangle's centre is nearest to a point. */
const nearest = (faces: readonly Seen[], [x, y]: readonly [number, number]) => {
  const away = ({ rectangle: r }: Seen) => Math.hypot(r.left + r.width / 2 - x, r.top + r.height / 2 - y);
  return faces.reduce((a, b) => (away(b) < away(a) ? b : a));
};

/** Women as they were seen by eye: the photograph, and where in it they are. */
const people = {
  dark: [1, 510, 508],
  laughing: [1, 936, 552],
  painted: [1, 1558, 336],
  down: [2, 1550, 290],
  ponytail: [3, 1186, 386],
  curls: [3, 695, 492],
  redLips: [3, 1588, 465],
  grave: [4, 750, 200],
  blonde: [4, 1350, 287],
  blackHair: [6, 770, 510],
  pout: [6, 1270, 480],
} as const satisfies Record<string, readonly [number, number, number]>;
type Person = keyof typeof people;

const all = new Map<number, Seen[]>();
beforeAll(async () => {
  for (const n of [1, 2, 3, 4, 5, 6]) all.set(n, await look(photograph(n)));
});
const seen = (person: Person): Seen => {
  const [n, x, y] = people[person];
  return nearest(all.get(n)!, [x, y]);
};
/** A person alone: the photograph around the face, and the face in it. */
async function portrait(person: Person, change: (image: Sharp) => Sharp = (image) => image) {
  const [n] = people[person];
  const { left, top, width } = seen(person).rectangle;
  const margin = Math.round(0.6 * width);
  const box = { left: Math.max(0, left - margin), top: Math.max(0, top - margin) };
  const side = width + 2 * margin;
  const cut = sharp(photograph(n)).extract({ ...box, width: side, height: side });
  const { data, info } = await change(sharp(await cut.png().toBuffer()))
    .png()
    .toBuffer({ resolveWithObject: true });
  return { image: data, box, info };
}
/** By the detector that finds blurred and dark faces too. */
async function lookAt(person: Person, change?: (image: Sharp) => Sharp): Promise<Seen> {
  const { image, info } = await portrait(person, change);
  return nearest(await look(image, attributeNames, 'detection_02'), [info.width / 2, info.height / 2]);
}

describe('all attributes of real faces', () => {
  test('in the order of the cloud, within the bounds of the contract', () => {
    for (const { attributes } of [...all.values()].flat()) {
      expect(Object.keys(attributes)).toEqual([...attributeNames]);
      const { emotion, hair, blur, noise, exposure, facialHair, headPose, accessories } = attributes;
      expect(Object.keys(emotion)).toEqual([...emotions]);
      expect(Object.values(emotion).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      const shares = [
        attributes.smile,
        hair.bald,
        blur.value,
        noise.value,
        exposure.value,
        ...Object.values(facialHair),
        ...Object.values(emotion),
        ...accessories.map(({ confidence }) => confidence),
        ...hair.hairColor.map(({ confidence }) => confidence),
      ];
      for (const share of shares) expect(share >= 0 && share <= 1, `${share}`).toBe(true);
      const confidences = hair.hairColor.map(({ confidence }) => confidence);
      expect(confidences).toEqual(confidences.toSorted((p, q) => q - p));
      if (!hair.invisible) expect(confidences.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 1);
      expect(blur.blurLevel).toBe(blur.value < 0.25 ? 'low' : blur.value < 0.75 ? 'medium' : 'high');
      expect(noise.noiseLevel).toBe(noise.value < 0.3 ? 'low' : noise.value < 0.7 ? 'medium' : 'high');
      for (const angle of Object.values(headPose)) expect(angle).toBe(Math.round(10 * angle) / 10);
      expect(attributes.age).toBe(Math.round(10 * attributes.age) / 10);
    }
  });

  test('women of about 18 to 45 with no beard, no glasses, no hat, no mask', () => {
    const faces = [...all.values()].flat().map(({ attributes }) => attributes);
    const share = (holds: (attributes: Required<FaceAttributes>) => boolean) =>
      faces.filter(holds).length / faces.length;
    expect(share(({ gender }) => gender === 'female')).toBeGreaterThan(0.95);
    expect(share(({ facialHair }) => Math.max(...Object.values(facialHair)) <= 0.2)).toBeGreaterThan(0.95);
    expect(share(({ glasses }) => glasses === 'NoGlasses')).toBeGreaterThan(0.95);
    expect(share(({ mask }) => mask.type === 'noMask')).toBeGreaterThan(0.9);
    expect(share(({ hair }) => hair.bald < 0.2 && !hair.invisible)).toBeGreaterThan(0.95);
    expect(share(({ accessories }) => accessories.length === 0)).toBeGreaterThan(0.9);
    expect(share(({ age }) => age > 16 && age < 48)).toBeGreaterThan(0.9);
  });

  test('who smiles is told from who does not', () => {
    const smiles = (['laughing', 'ponytail', 'redLips', 'blonde'] as const).map((person) => seen(person));
    const grave = (['down', 'grave', 'pout', 'curls'] as const).map((person) => seen(person));
    for (const { attributes } of smiles) {
      expect(attributes.smile).toBeGreaterThan(0.5);
      expect(attributes.emotion.happiness).toBeGreaterThan(0.5);
    }
    for (const { attributes } of grave) {
      expect(attributes.smile).toBeLessThan(0.5);
      expect(attributes.emotion.happiness).toBeLessThan(0.5);
    }
  });

  test('hair and lips as by eye', () => {
    const colour = (person: Person) => seen(person).attributes.hair.hairColor[0]!.color;
    expect(colour('blackHair')).toBe('black');
    expect(colour('curls')).toBe('blond');
    expect(colour('blonde')).toBe('blond');
    for (const person of ['dark', 'painted', 'redLips'] as const)
      expect(seen(person).attributes.makeup.lipMakeup, person).toBe(true);
  });
});

describe('a request', () => {
  test('answers the attributes that it names and no others', async () => {
    const [face] = await engine.analyse(photograph(3), {
      detectionModel: 'detection_01',
      attributes: ['noise', 'headPose'],
    });
    expect(Object.keys(face!)).toEqual(['rectangle', 'attributes']);
    expect(Object.keys(face!.attributes!)).toEqual(['noise', 'headPose']);
  });

  test('has the same answer for an attribute alone and beside all others', async () => {
    for (const name of attributeNames) {
      const alone = await engine.analyse(photograph(3), {
        detectionModel: 'detection_01',
        attributes: [name],
      });
      expect(alone.map(({ attributes }) => attributes![name])).toEqual(
        all.get(3)!.map(({ attributes }) => attributes[name]),
      );
    }
  });
});

describe('head pose', () => {
  test('mirrored: yaw and roll change sides, pitch stays', async () => {
    for (const person of ['laughing', 'ponytail', 'curls', 'redLips', 'grave'] as const) {
      const { headPose: p } = (await lookAt(person)).attributes;
      const { headPose: q } = (await lookAt(person, (image) => image.flop())).attributes;
      expect(Math.abs(p.yaw + q.yaw), person).toBeLessThan(5);
      expect(Math.abs(p.roll + q.roll), person).toBeLessThan(3);
      expect(Math.abs(p.pitch - q.pitch), person).toBeLessThan(5);
    }
  });

  test('turning the photograph turns roll by as much', async () => {
    for (const degrees of [-20, 20]) {
      const change = (image: Sharp) => image.rotate(degrees, { background: '#777' });
      for (const person of ['ponytail', 'curls', 'redLips'] as const) {
        const straight = (await lookAt(person)).attributes.headPose;
        const tilted = (await lookAt(person, change)).attributes.headPose;
        expect(Math.abs(tilted.roll - straight.roll - degrees), person).toBeLessThan(3);
        expect(Math.abs(tilted.yaw - straight.yaw), person).toBeLessThan(6);
      }
    }
  });

  test("a face turned to the image's right has positive yaw, one that looks down negative pitch", () => {
    expect(seen('blonde').attributes.headPose.yaw).toBeLessThan(-10);
    expect(seen('down').attributes.headPose.pitch).toBeLessThan(-5);
  });
});

test('a face of half the size has nearly the same attributes', async () => {
  const persons = Object.keys(people) as Person[];
  const pairs: [FaceAttributes, FaceAttributes][] = [];
  for (const person of persons) {
    const halved = await lookAt(person, (image) =>
      image.resize({ width: Math.round(seen(person).rectangle.width * 1.1) }),
    );
    pairs.push([(await lookAt(person)).attributes, halved.attributes]);
  }
  const mean = (value: (p: FaceAttributes, q: FaceAttributes) => number) =>
    pairs.reduce((sum, [p, q]) => sum + value(p, q), 0) / pairs.length;
  expect(mean((p, q) => Math.abs(p.age! - q.age!))).toBeLessThan(3);
  expect(mean((p, q) => Math.abs(p.smile! - q.smile!))).toBeLessThan(0.1);
  expect(mean((p, q) => Math.abs(p.headPose!.yaw - q.headPose!.yaw))).toBeLessThan(3);
  expect(mean((p, q) => Number(p.gender === q.gender))).toBe(1);
  expect(mean((p, q) => Number(p.glasses === q.glasses))).toBe(1);
  expect(mean((p, q) => Number(p.hair!.hairColor[0]?.color === q.hair!.hairColor[0]?.color))).toBeGreaterThan(
    0.7,
  );
});

describe('what covers a face', () => {
  /** Draws on a portrait; d: from pupil to pupil in pixels. */
  async function covered(
    person: Person,
    draw: (l: FaceLandmarks, d: number) => string,
  ): Promise<FaceAttributes> {
    const { image, info } = await portrait(person);
    const face = nearest(await look(image, ['headPose']), [info.width / 2, info.height / 2]);
    const { pupilLeft, pupilRight } = face.landmarks;
    const d = Math.hypot(pupilRight.x - pupilLeft.x, pupilRight.y - pupilLeft.y);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${info.width}" height="${info.height}">${draw(face.landmarks, d)}</svg>`;
    const drawn = await sharp(image)
      .composite([{ input: Buffer.from(svg) }])
      .jpeg({ quality: 92 })
      .toBuffer();
    return nearest(await look(drawn), [info.width / 2, info.height / 2]).attributes;
  }
  const frontal = ['laughing', 'ponytail', 'curls', 'redLips', 'blackHair'] as const satisfies Person[];

  test('sunglasses', async () => {
    for (const person of frontal) {
      const { glasses, occlusion, accessories } = await covered(
        person,
        ({ pupilLeft: l, pupilRight: r }, d) => {
          const lens = ({ x, y }: { x: number; y: number }) =>
            `<ellipse cx="${x}" cy="${y + 0.05 * d}" rx="${0.42 * d}" ry="${0.32 * d}" fill="#111"/>`;
          return `${lens(l)}${lens(r)}<line x1="${l.x}" y1="${l.y}" x2="${r.x}" y2="${r.y}" stroke="#111" stroke-width="${0.08 * d}"/>`;
        },
      );
      expect({ glasses, eyeOccluded: occlusion!.eyeOccluded }, person).toEqual({
        glasses: 'Sunglasses',
        eyeOccluded: true,
      });
      expect(
        accessories!.map(({ type }) => type),
        person,
      ).toContain('glasses');
    }
  });

  test('a mask over nose and mouth', async () => {
    for (const person of frontal) {
      const { mask, occlusion, accessories } = await covered(person, (l, d) => {
        const { noseTip, noseRootLeft, noseRootRight, underLipBottom } = l;
        const bridge = {
          x: (noseRootLeft.x + noseRootRight.x) / 2,
          y: (noseRootLeft.y + noseRootRight.y) / 2,
        };
        const along = { x: underLipBottom.x - bridge.x, y: underLipBottom.y - bridge.y };
        const length = Math.hypot(along.x, along.y);
        const down = { x: along.x / length, y: along.y / length };
        const side = { x: down.y, y: -down.x };
        const at = (u: number, v: number) =>
          `${noseTip.x + d * (u * side.x + v * down.x)},${noseTip.y + d * (u * side.y + v * down.y)}`;
        return `<polygon points="${at(0, -0.45)} ${at(0.85, -0.2)} ${at(0.75, 0.8)} ${at(0, 1.25)} ${at(-0.75, 0.8)} ${at(-0.85, -0.2)}" fill="#a8cbe0" stroke="#8fb0c4" stroke-width="2"/>`;
      });
      expect(mask, person).toEqual({ type: 'faceMask', noseAndMouthCovered: true });
      expect(occlusion!.mouthOccluded, person).toBe(true);
      expect(
        accessories!.map(({ type }) => type),
        person,
      ).toContain('mask');
    }
  });

  test('a bar over the forehead', async () => {
    for (const person of frontal) {
      const { occlusion } = await covered(person, (l, d) => {
        const brow = {
          x: (l.eyebrowLeftInner.x + l.eyebrowRightInner.x) / 2,
          y: (l.eyebrowLeftInner.y + l.eyebrowRightInner.y) / 2,
        };
        const angle =
          (Math.atan2(l.pupilRight.y - l.pupilLeft.y, l.pupilRight.x - l.pupilLeft.x) * 180) / Math.PI;
        return `<rect x="${-1.2 * d}" y="${-0.85 * d}" width="${2.4 * d}" height="${0.75 * d}" fill="#000" transform="translate(${brow.x} ${brow.y}) rotate(${angle})"/>`;
      });
      expect(occlusion!.foreheadOccluded, person).toBe(true);
      expect(occlusion!.mouthOccluded, person).toBe(false);
    }
  });

  test('nothing', async () => {
    for (const person of frontal) {
      const { occlusion, mask } = (await lookAt(person)).attributes;
      expect({ ...occlusion, mask: mask.type }, person).toEqual({
        foreheadOccluded: false,
        eyeOccluded: false,
        mouthOccluded: false,
        mask: 'noMask',
      });
    }
  });
});

describe('more of it is never less', () => {
  const persons = ['laughing', 'ponytail', 'curls', 'blonde', 'blackHair'] as const satisfies Person[];
  const rising = (values: number[], slack: number, what: string) => {
    for (const [i, value] of values.slice(1).entries())
      expect(value, what).toBeGreaterThanOrEqual(values[i]! - slack);
  };

  test('blur', async () => {
    for (const person of persons) {
      const scale = seen(person).rectangle.width / 128;
      const values: number[] = [];
      for (const sigma of [0, 1, 2, 3, 4])
        values.push(
          (await lookAt(person, (image) => (sigma ? image.blur(sigma * scale) : image))).attributes.blur
            .value,
        );
      rising(values, 0.02, person);
      expect(values[0], person).toBeLessThan(0.4);
      expect(values.at(-1), person).toBeGreaterThan(0.75);
    }
  });

  test('light', async () => {
    for (const person of persons) {
      const values: number[] = [];
      for (const factor of [0.3, 0.5, 0.75, 1, 1.4, 2])
        values.push((await lookAt(person, (image) => image.linear(factor, 0))).attributes.exposure.value);
      rising(values, 0, person);
      expect(values[0], person).toBeLessThan(0.25);
      expect(values.at(-1)! - values[0]!, person).toBeGreaterThan(0.4);
    }
  });

  test('noise', async () => {
    for (const person of persons) {
      const values: number[] = [];
      for (const sigma of [0, 6, 12, 22]) {
        const { image, info } = await portrait(person);
        const pixels = await sharp(image).removeAlpha().raw().toBuffer();
        let state = 12345;
        for (let i = 0; i < pixels.length; i++) {
          // Twelve uniform numbers make one that is nearly normal.
          let sum = -6;
          for (let k = 0; k < 12; k++) {
            state = (Math.imul(state, 1103515245) + 12345) >>> 0;
            sum += state / 2 ** 32;
          }
          pixels[i] = Math.max(0, Math.min(255, pixels[i]! + sigma * sum));
        }
        const noisy = await sharp(pixels, { raw: { width: info.width, height: info.height, channels: 3 } })
          .png()
          .toBuffer();
        const face = nearest(await look(noisy, ['noise'], 'detection_02'), [info.width / 2, info.height / 2]);
        values.push(face.attributes.noise.value);
      }
      rising(values, 0, person);
      expect(values[0], person).toBeLessThan(0.3);
      expect(values.at(-1), person).toBeGreaterThan(0.3);
    }
  });

  test('quality, the other way about', async () => {
    const order = ['low', 'medium', 'high'];
    const levels = async (change?: (image: Sharp) => Sharp) => {
      const found: number[] = [];
      for (const person of persons)
        found.push(order.indexOf((await lookAt(person, change)).attributes.qualityForRecognition));
      return found;
    };
    const sharp = await levels();
    const soft = await levels((image) => image.blur(8));
    const tiny = await levels((image) => image.resize(100).blur(1));
    for (const [i] of persons.entries()) {
      expect(soft[i], persons[i]).toBeLessThanOrEqual(sharp[i]!);
      expect(tiny[i], persons[i]).toBeLessThanOrEqual(sharp[i]!);
    }
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(sharp)).toBeGreaterThanOrEqual(2 * persons.length - 1);
    expect(sum(soft)).toBeLessThan(sum(sharp));
    expect(sum(tiny)).toBeLessThan(sum(sharp));
  });
});

test('a face found by another detector has the same attributes', async () => {
  const faces = await engine.analyse(photograph(3), {
    detectionModel: 'detection_03',
    attributes: ['gender', 'glasses', 'headPose'],
  });
  for (const { rectangle, attributes } of faces) {
    const same = all.get(3)!.find((face) => overlap(face.rectangle, rectangle) > 0.6)!;
    expect(attributes!.gender).toBe(same.attributes.gender);
    expect(attributes!.glasses).toBe(same.attributes.glasses);
    expect(Math.abs(attributes!.headPose!.yaw - same.attributes.headPose.yaw)).toBeLessThan(5);
  }
});
