import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeEmbedding } from '../../shared/embedding.ts';
import { FaceError } from '../../shared/errors.ts';
import { smallestFace } from '../../shared/vision/detectedFaces.ts';
import { Engine } from '../../shared/vision/engine.ts';
import type { Point } from '../../shared/vision/geometry.ts';
import { landmarkNames } from '../../shared/vision/landmarks27.ts';
import type { AnalysedFace } from '../../shared/vision/vision.ts';
import { bitmap } from './bitmaps.ts';
import { config, faceCounts, overlap, photograph } from './photographs.ts';

const engine = new Engine(config);
const detect = (image: Uint8Array) => engine.analyse(image, { detectionModel: 'detection_01' });
const jpeg = (image: Sharp) => image.jpeg({ quality: 92 }).toBuffer();
const similarity = (p: AnalysedFace, q: AnalysedFace) => {
  const [a, b] = [decodeEmbedding(p.embedding!), decodeEmbedding(q.embedding!)];
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
};
const area = ({ rectangle: { width, height } }: AnalysedFace) => width * height;
const centre = ({ rectangle: { left, top, width, height } }: AnalysedFace) => ({
  x: left + width / 2,
  y: top + height / 2,
});
const distance = (p: Point, q: Point) => Math.hypot(p.x - q.x, p.y - q.y);

const all = await Promise.all(
  faceCounts.map((_, i) =>
    engine.analyse(photograph(i + 1), {
      detectionModel: 'detection_01',
      landmarks: true,
      recognitionModel: 'recognition_02',
    }),
  ),
);

test.each(['detection_01', 'detection_02', 'detection_03'] as const)(
  '%s finds every face and nothing else',
  async (detectionModel) => {
    for (const [i, count] of faceCounts.entries()) {
      const faces = await engine.analyse(photograph(i + 1), { detectionModel });
      expect(faces, `sample${i + 1}.jpg`).toHaveLength(count);
      for (const face of faces)
        expect(Math.max(...all[i]!.map((other) => overlap(face.rectangle, other.rectangle)))).toBeGreaterThan(
          0.5,
        );
    }
  },
);

test('rectangles are whole numbers inside the image, largest first', async () => {
  for (const [i, faces] of all.entries()) {
    const { width, height } = await sharp(photograph(i + 1)).metadata();
    for (const { rectangle: r } of faces) {
      expect(Object.values(r).every(Number.isInteger)).toBe(true);
      expect(r.left >= 0 && r.top >= 0 && r.left + r.width <= width && r.top + r.height <= height).toBe(true);
    }
    expect(faces.map(area)).toEqual(faces.map(area).toSorted((p, q) => q - p));
  }
});

test('27 landmarks, one decimal, where they belong', () => {
  // In full profile the far eye has no place of its own beside the near one.
  const profile = all[1]!.toSorted((p, q) => p.rectangle.left - q.rectangle.left)[0]!;
  for (const face of all.flat()) {
    const { landmarks, rectangle } = face;
    expect(Object.keys(landmarks!).sort()).toEqual([...landmarkNames].sort());
    const l = landmarks!;
    for (const { x, y } of Object.values(l)) {
      expect([x, y].every((value) => value === Math.round(value * 10) / 10)).toBe(true);
      expect(x > rectangle.left - rectangle.width / 4 && x < rectangle.left + 1.25 * rectangle.width).toBe(
        true,
      );
      expect(y > rectangle.top - rectangle.height / 4 && y < rectangle.top + 1.25 * rectangle.height).toBe(
        true,
      );
    }
    // Along the line of the eyes, so that a tilted head does not matter.
    const along = (p: Point) =>
      (p.x - l.pupilLeft.x) * (l.pupilRight.x - l.pupilLeft.x) +
      (p.y - l.pupilLeft.y) * (l.pupilRight.y - l.pupilLeft.y);
    const down = (p: Point) =>
      (p.y - l.pupilLeft.y) * (l.pupilRight.x - l.pupilLeft.x) -
      (p.x - l.pupilLeft.x) * (l.pupilRight.y - l.pupilLeft.y);
    const rising = (...values: number[]) => expect(values).toEqual(values.toSorted((p, q) => p - q));
    if (face !== profile) {
      rising(
        along(l.eyeLeftOuter),
        along(l.pupilLeft),
        along(l.eyeLeftInner),
        along(l.noseRootLeft),
        along(l.noseRootRight),
        along(l.eyeRightInner),
        along(l.pupilRight),
        along(l.eyeRightOuter),
      );
      rising(
        along(l.eyebrowLeftOuter),
        along(l.eyebrowLeftInner),
        along(l.eyebrowRightInner),
        along(l.eyebrowRightOuter),
      );
    }
    // The wings' tops stand out from the face: on a turned head they are seen beyond their tips.
    rising(along(l.noseLeftAlarTop), along(l.noseRightAlarTop));
    rising(along(l.noseLeftAlarOutTip), along(l.noseRightAlarOutTip));
    rising(along(l.mouthLeft), along(l.mouthRight));
    rising(down(l.eyeLeftTop), down(l.pupilLeft), down(l.noseTip), down(l.mouthLeft));
    rising(
      down(l.eyeRightTop),
      down(l.eyeRightBottom),
      down(l.noseTip),
      down(l.upperLipTop),
      down(l.underLipBottom),
    );
    rising(down(l.upperLipTop), down(l.upperLipBottom) + 1, down(l.underLipBottom));
  }
});

test('nothing is answered that was not asked for', async () => {
  expect(Object.keys((await detect(photograph(1)))[0]!)).toEqual(['rectangle']);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i changes nothing', async (orientation) => {
  const turns: Record<number, (image: Sharp) => Sharp> = {
    1: (image) => image,
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(270).flop(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(90).flop(),
    8: (image) => image.rotate(90),
  };
  const upright = await sharp(photograph(3)).resize(960).jpeg({ quality: 95 }).toBuffer();
  const { data, info } = await turns[orientation]!(sharp(upright))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const file = await sharp(data, { raw: info })
    .withMetadata({ orientation })
    .jpeg({ quality: 95 })
    .toBuffer();
  const expected = await detect(upright);
  const faces = await detect(file);
  expect(faces).toHaveLength(expected.length);
  // By place, not by order: two of the faces are nearly equally large.
  for (const { rectangle } of expected)
    expect(Math.max(...faces.map((face) => overlap(face.rectangle, rectangle)))).toBeGreaterThan(0.9);
});

test('a mirrored photograph has the mirrored faces', async () => {
  const { width } = await sharp(photograph(5)).metadata();
  const mirrored = await detect(await jpeg(sharp(photograph(5)).flop()));
  expect(mirrored).toHaveLength(all[4]!.length);
  for (const face of mirrored) {
    const back = { ...face.rectangle, left: width - face.rectangle.left - face.rectangle.width };
    expect(Math.max(...all[4]!.map(({ rectangle }) => overlap(rectangle, back)))).toBeGreaterThan(0.7);
  }
});

const same: [string, (image: Sharp) => Promise<Buffer>][] = [
  ['another JPEG', (image) => image.jpeg({ quality: 60 }).toBuffer()],
  ['a PNG', (image) => image.png({ compressionLevel: 1 }).toBuffer()],
  ['a GIF', (image) => image.resize(1280).gif({ effort: 1 }).toBuffer()],
  ['a smaller JPEG', (image) => image.resize(960).jpeg().toBuffer()],
  ['a larger JPEG', (image) => image.resize(2880).jpeg().toBuffer()],
  ['a tilted JPEG', (image) => image.rotate(15).jpeg().toBuffer()],
];
test.each(same)('a face is itself in %s, and nobody else', async (_, change) => {
  const analysis = { detectionModel: 'detection_01', recognitionModel: 'recognition_02' } as const;
  for (const i of [0, 4]) {
    const faces = await engine.analyse(await change(sharp(photograph(i + 1))), analysis);
    expect(faces).toHaveLength(faceCounts[i]!);
    for (const known of all[i]!) {
      const similarities = faces.map((face) => similarity(face, known)).sort((p, q) => q - p);
      expect(similarities[0]).toBeGreaterThan(0.6);
      expect(similarities[1]).toBeLessThan(0.5);
    }
  }
});

test.each([
  ['recognition_01', 128, 0.926],
  ['recognition_02', 512, 0.337],
  ['recognition_03', 704, 0.3725],
  ['recognition_04', 832, 0.6945],
] as const)(
  '%s: %i dimensions, length 1, strangers below %f',
  async (recognitionModel, dimensions, threshold) => {
    const faces = await engine.analyse(photograph(4), { detectionModel: 'detection_01', recognitionModel });
    for (const [i, face] of faces.entries()) {
      expect(face.embedding).toHaveLength(2 * dimensions);
      expect(similarity(face, face)).toBeCloseTo(1, 2);
      for (const other of faces.slice(0, i)) expect(similarity(face, other)).toBeLessThan(threshold);
    }
  },
);

test('a BMP, a transparent PNG and a gray JPEG are as good', async () => {
  const small = sharp(photograph(1)).resize(960, 640, { fit: 'fill' });
  const { data, info } = await small.clone().raw().toBuffer({ resolveWithObject: true });
  const stride = 3 * info.width;
  const rows = Array.from({ length: info.height }, (_, y) => {
    const row = Buffer.from(data.subarray(y * stride, (y + 1) * stride));
    for (let x = 0; x < stride; x += 3) [row[x], row[x + 2]] = [row[x + 2]!, row[x]!];
    return row;
  });
  const bmp = bitmap({
    width: info.width,
    height: info.height,
    bits: 24,
    pixels: Buffer.concat(rows.reverse()),
  });
  for (const file of [
    bmp,
    await small.clone().ensureAlpha(0.7).png().toBuffer(),
    await small.clone().grayscale().jpeg().toBuffer(),
  ])
    expect(await detect(file)).toHaveLength(3);
});

test('faces smaller than 36 pixels at 1920 x 1080 are left out', async () => {
  expect([
    smallestFace({ width: 640, height: 480 }),
    smallestFace({ width: 1080, height: 1920 }),
    smallestFace({ width: 3840, height: 2160 }),
    smallestFace({ width: 2160, height: 3840 }),
    smallestFace({ width: 3840, height: 1080 }),
    smallestFace({ width: 4000, height: 600 }),
  ]).toEqual([36, 36, 72, 72, 72, 75]);
  const face = all[2]![0]!.rectangle;
  const cut = {
    left: face.left - 120,
    top: face.top - 120,
    width: face.width + 240,
    height: face.height + 240,
  };
  const scene = async (side: number) =>
    sharp({ create: { width: 1280, height: 720, channels: 3, background: '#887766' } })
      .composite([
        {
          input: await sharp(photograph(3))
            .extract(cut)
            .resize(Math.round((cut.width * side) / face.width))
            .toBuffer(),
          left: 500,
          top: 300,
        },
      ])
      .jpeg()
      .toBuffer();
  const [found, none] = [await detect(await scene(44)), await detect(await scene(28))];
  expect(found).toHaveLength(1);
  expect(found[0]!.rectangle.width).toBeGreaterThanOrEqual(36);
  expect(none).toEqual([]);
});

test('at most 100 faces', async () => {
  const tile = await sharp(photograph(5))
    .extract({ left: 730, top: 110, width: 270, height: 270 })
    .resize(110, 110)
    .toBuffer();
  const tiles = Array.from({ length: 136 }, (_, i) => ({
    input: tile,
    left: 110 * (i % 17),
    top: 110 * Math.floor(i / 17),
  }));
  const crowd = sharp({ create: { width: 1900, height: 900, channels: 3, background: '#000' } }).composite(
    tiles,
  );
  expect(await detect(await jpeg(crowd))).toHaveLength(100);
});

test('no face is an empty answer', async () => {
  const noise = Buffer.from(Array.from({ length: 300 * 200 * 3 }, (_, i) => (i * 7919) % 251));
  expect(
    await detect(
      await sharp(noise, { raw: { width: 300, height: 200, channels: 3 } })
        .png()
        .toBuffer(),
    ),
  ).toEqual([]);
});

test.each([
  [1, 4000],
  [4000, 1],
  [2, 2],
  [35, 3000],
  [5000, 40],
])('an image of %i x %i pixels has no face', async (width, height) => {
  const file = await sharp({ create: { width, height, channels: 3, background: '#fed' } })
    .png()
    .toBuffer();
  for (const detectionModel of ['detection_01', 'detection_02', 'detection_03'] as const)
    expect(await engine.analyse(Buffer.concat([file, Buffer.alloc(1024)]), { detectionModel })).toEqual([]);
});

test('a truncated photograph answers the faces that are there; none is an error', async () => {
  const whole = photograph(5);
  expect((await detect(whole.subarray(0, whole.length * 0.75))).length).toBeGreaterThanOrEqual(3);
  const undecodable = {
    status: 400,
    code: 'InvalidImage',
    message: 'Decoding error, image format unsupported.',
  };
  await expect(detect(whole.subarray(0, 8000))).rejects.toMatchObject(undecodable);
  const png = await sharp(whole).resize(1000).png().toBuffer();
  await expect(detect(png.subarray(0, png.length / 50))).rejects.toMatchObject(undecodable);
});

test('a photograph cut anywhere, with anything behind, gives faces or a FaceError', async () => {
  const small = await sharp(photograph(6)).resize(480).jpeg().toBuffer();
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.uint8Array({ maxLength: 2000 }),
      async (share, tail) => {
        try {
          const faces = await detect(Buffer.concat([small.subarray(0, share * small.length), tail]));
          return faces.length <= 5;
        } catch (error) {
          return error instanceof FaceError && error.status === 400;
        }
      },
    ),
    { numRuns: 40 },
  );
});

const noFace = { status: 400, code: 'InvalidImage', message: 'No face detected in the image.' };
const several = { status: 400, code: 'InvalidImage', message: 'There is more than 1 face in the image.' };
const outOfRange = { status: 400, code: 'BadArgument', message: 'Argument targetFace out of range.' };

test('a single face, or the one meant, is embedded alone', async () => {
  const analysis = { detectionModel: 'detection_01', recognitionModel: 'recognition_02' } as const;
  for (const [i, face] of all[4]!.entries()) {
    // Drawn by hand, somewhat wider.
    const { left, top, width, height } = face.rectangle;
    const target = { left: left - 20, top: top - 10, width: width + 30, height: height + 30 };
    const added = await engine.analyse(photograph(5), { ...analysis, single: { target } });
    expect(added).toHaveLength(1);
    expect(added[0]!.rectangle).toEqual(face.rectangle);
    expect(similarity(added[0]!, all[4]![i]!)).toBeGreaterThan(0.99);
  }
  const { left, top, width, height } = all[2]![0]!.rectangle;
  const one = await sharp(photograph(3))
    .extract({ left: left - 100, top: top - 100, width: width + 200, height: height + 200 })
    .jpeg()
    .toBuffer();
  expect(await engine.analyse(one, { ...analysis, single: {} })).toHaveLength(1);
});

test('none or several faces to add are refused', async () => {
  const add = (image: Uint8Array, target?: [number, number, number, number]) =>
    engine.analyse(image, {
      detectionModel: 'detection_01',
      recognitionModel: 'recognition_01',
      single: target
        ? { target: { left: target[0], top: target[1], width: target[2], height: target[3] } }
        : {},
    });
  const empty = await sharp({ create: { width: 400, height: 400, channels: 3, background: '#abc' } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  await expect(add(empty)).rejects.toMatchObject(noFace);
  await expect(add(photograph(1))).rejects.toMatchObject(several);
  await expect(add(photograph(1), [0, 0, 1920, 1280])).rejects.toMatchObject(several);
  await expect(add(photograph(1), [10, 1000, 100, 100])).rejects.toMatchObject(noFace);
  for (const target of [
    [1900, 0, 100, 100],
    [-1, 0, 100, 100],
    [0, 1200, 100, 100],
    [10, 10, 0, 10],
  ] as [number, number, number, number][])
    await expect(add(photograph(1), target)).rejects.toMatchObject(outOfRange);
});

test('landmarks turn with the photograph', async () => {
  const upright = sharp(photograph(3)).extract({ left: 950, top: 150, width: 480, height: 480 });
  const read = async (image: Sharp) =>
    (
      await engine.analyse(await image.png().toBuffer(), { detectionModel: 'detection_01', landmarks: true })
    )[0]!;
  const straight = await read(upright.clone());
  for (const degrees of [-25, 25]) {
    const { data, info } = await upright
      .clone()
      .rotate(degrees, { background: '#777' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const turned = await read(sharp(data, { raw: info }));
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    for (const name of landmarkNames) {
      const p = straight.landmarks![name];
      const expected = {
        x: cos * (p.x - 240) - sin * (p.y - 240) + info.width / 2,
        y: sin * (p.x - 240) + cos * (p.y - 240) + info.height / 2,
      };
      expect(distance(turned.landmarks![name], expected) / straight.rectangle.width, name).toBeLessThan(0.06);
    }
    expect(distance(centre(turned), { x: info.width / 2, y: info.height / 2 })).toBeLessThan(info.width);
  }
});

test('a model that is damaged at equal size is refused; put right, it is loaded', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'visage-models-'));
  await mkdir(join(cache, 'models'));
  for (const file of await readdir(join(config.cache, 'models')))
    await symlink(join(config.cache, 'models', file), join(cache, 'models', file));
  const [name] = (await readdir(join(cache, 'models'))).filter((file) => file.startsWith('onet-'));
  const file = join(cache, 'models', name!);
  const bytes = await readFile(file);
  await rm(file);
  const other = new Engine({ ...config, cache });
  const ask = () => other.analyse(photograph(1), { detectionModel: 'detection_01' });
  await expect(ask()).rejects.toThrow(/onet is not at .*npm run setup/);
  const damaged = Buffer.from(bytes);
  damaged[bytes.length >> 1]! ^= 1;
  await writeFile(file, damaged);
  await expect(ask()).rejects.toThrow(/onet at .* is damaged/);
  await writeFile(file, bytes);
  await expect(ask()).resolves.toHaveLength(3);
  await rm(cache, { recursive: true });
});

describe('a picture', () => {
  test('that breaks off has no face twice', async () => {
    const png = await sharp(photograph(1)).resize(1200, 800).png().toBuffer();
    const whole = await detect(png);
    const faces = await detect(png.subarray(0, (png.length * 0.6) | 0));
    expect(faces.length).toBeLessThanOrEqual(whole.length);
    for (const face of faces)
      expect(Math.max(...whole.map((other) => overlap(face.rectangle, other.rectangle)))).toBeGreaterThan(
        0.5,
      );
  });

  test('narrower than a face is answered without decoding', async () => {
    const header = await sharp({ create: { width: 29_000, height: 30, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const broken = Buffer.concat([header.subarray(0, 60), Buffer.alloc(2000)]);
    expect(await detect(broken)).toEqual([]);
    const single = engine.analyse(broken, { detectionModel: 'detection_01', single: {} });
    await expect(single).rejects.toMatchObject({ message: 'No face detected in the image.' });
  });

  test('above 24 megapixels has its faces where they are', async () => {
    const { width, height } = await sharp(photograph(1)).metadata();
    const large = await sharp(photograph(1))
      .resize(3.5 * width)
      .jpeg({ quality: 60 })
      .toBuffer();
    expect(12.25 * width * height).toBeGreaterThan(24e6);
    const target = { left: 0, top: 0, width: Math.floor(3.5 * width), height: Math.floor(3.5 * height) };
    const faces = await engine.analyse(large, { detectionModel: 'detection_01', landmarks: true });
    expect(faces).toHaveLength(3);
    for (const { rectangle: r, landmarks } of faces) {
      const shrunk = { left: r.left / 3.5, top: r.top / 3.5, width: r.width / 3.5, height: r.height / 3.5 };
      expect(Math.max(...all[0]!.map((other) => overlap(shrunk, other.rectangle)))).toBeGreaterThan(0.8);
      expect(landmarks!.noseTip.x).toBeGreaterThan(r.left);
      expect(landmarks!.noseTip.x).toBeLessThan(r.left + r.width);
    }
    const several = engine.analyse(large, { detectionModel: 'detection_01', single: { target } });
    await expect(several).rejects.toMatchObject({ message: 'There is more than 1 face in the image.' });
  });
});
