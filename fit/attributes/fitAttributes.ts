import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { blurOf } from '../../shared/vision/attributes/blur.ts';
import { exposureOf } from '../../shared/vision/attributes/exposure.ts';
import { inverseOf, poseOf } from '../../shared/vision/attributes/headPose.ts';
import { logistic } from '../../shared/vision/attributes/numbers.ts';
import { ByEye } from '../data/byEye.ts';
import { Labels, sideOf } from '../data/labels.ts';
import { byEyeOf, personOf } from '../data/lfw.ts';
import { median } from '../math/statistics.ts';
import { offlineConfig } from '../offlineConfig.ts';
import { overPhotographs } from '../workers.ts';
import { collect, kept, pointsOf, type Seen } from './collect.ts';
import { fitAge } from './fitAge.ts';
import { fitHeads } from './fitHeads.ts';
import { fitStraightShape } from './fitPose.ts';
import { fitQuality, type Rated } from './fitQuality.ts';
import { fitBlur, fitExposure } from './fitResponse.ts';
import { fitEmotion, fitHair, plainFeatures } from './fitShares.ts';
import { Sampler } from './sample.ts';
import { fitCorrection } from './turnCorrection.ts';

const weightsFolder = new URL('../models/attributes/', import.meta.url);

/**
 * `npm run fit -- attributes --data DIR --keep DIR`: fits what no network of models.json says, on the labelled
 * photographs of one folder, and writes it to models/attributes. Emotions and hair are learnt from what
 * by_eye.csv in that folder says, laid out as lfw_by_eye.csv, which serves LFW itself. What the networks see of the
 * photographs is kept in the other folder, so that fitting again takes minutes. The same photographs give the same
 * weights; a quarter of the people is never looked at, `bench attributes` judges by them.
 */
export async function fitAttributes(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { data: { type: 'string' }, keep: { type: 'string' } } });
  if (!values.data || !values.keep) throw new Error('fit attributes needs --data DIR and --keep DIR');
  const config = offlineConfig();
  const labels = new Labels(values.data, new ByEye(byEyeOf(values.data)));
  const collection = await collect(values.data, values.keep, config);
  const { seen } = collection;
  const plain = seen.filter(({ overlay, degraded }) => !overlay && !degraded);
  const features = plainFeatures(collection.features);
  const { fitted, scored } = await fitHeads(collection, labels);
  const logits = new Map(scored.map((one) => [one.name, one.logits]));
  const findings = { seen, logits, ...features };

  const shape = fitStraightShape(plain.filter(isLearnt).map(pointsOf));
  const fewer = plain.filter(isLearnt).filter((_, i) => i % 70 === 0);
  const pose = {
    ...shape,
    ...(await fitCorrection(
      new Sampler(config.cache),
      fewer.map(({ photograph }) => photograph),
      shape,
    )),
  };
  const some = plain
    .filter((sample, i) => isLearnt(sample) && i % 4 === 0)
    .map(({ photograph }) => photograph);
  const responses = await kept(values.keep, 'responses', () =>
    listed(overPhotographs('respond', some, config)),
  );
  const blur = fitBlur(responses);
  const exposure = fitExposure(responses);

  const often = photographsOfPeopleSeenOften(plain.filter(isLearnt).map(({ photograph }) => photograph));
  const embeddings = await kept(values.keep, 'embeddings', async () =>
    (await listed(overPhotographs('embeddings', often, config))).map((list) => list.map((one) => [...one])),
  );
  const fewest = often.filter((_, i) => i % 4 === 0);
  const spoilt = await kept(values.keep, 'spoilt', () => listed(overPhotographs('spoil', fewest, config)));
  const inverse = inverseOf(pose.shape, pose.weights);
  const rows = firstRows(seen);
  const rate = (row: number, changed: Pick<Seen, 'points' | 'texture' | 'light'>) => ({
    ...changed.texture,
    ...poseOf(pointsOf(changed), inverse, pose),
    blur: blurOf(changed.texture, blur),
    exposure: exposureOf(changed.light, exposure),
    eyeOccluded: logistic(logits.get('eyeOccluded')![row]!),
    mouthOccluded: logistic(logits.get('mouthOccluded')![row]!),
  });
  const rated: Rated[] = [
    ...often.flatMap((photograph, n) =>
      embeddings[n]!.map((embedding, i): Rated => {
        const row = rows.get(photograph)! + i;
        const sample = seen[row]!;
        const asItIs = !sample.degraded && !sample.overlay;
        return { photograph, asItIs, embedding: Float32Array.from(embedding), findings: rate(row, sample) };
      }),
    ),
    ...fewest.flatMap((photograph, n) =>
      spoilt[n]!.map((one): Rated => {
        const findings = rate(rows.get(photograph)!, one);
        return { photograph, asItIs: false, embedding: Float32Array.from(one.embedding), findings };
      }),
    ),
  ];

  const scales = {
    age: fitAge(seen, labels),
    blur: {
      ...blur,
      look: 0.8,
      typical: median(
        plain.filter(isLearnt).map(({ photograph }) => logits.get('blurry')![rows.get(photograph)!]!),
      ),
    },
    exposure,
    hair: await fitHair(findings, labels),
    quality: fitQuality(rated),
  };
  await mkdir(weightsFolder, { recursive: true });
  await writeJson('heads.json', fitted);
  await writeJson('shape.json', pose);
  await writeJson('scales.json', scales);
  await writeJson('emotion.json', await fitEmotion(findings, labels));
}

async function listed<T>(items: AsyncIterable<T | undefined>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) if (item !== undefined) list.push(item);
  return list;
}

const isLearnt = ({ photograph }: Seen) => sideOf(photograph) !== 'judge';

/** Where the samples of a photograph begin. */
function firstRows(seen: readonly Seen[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [row, { photograph }] of seen.entries()) if (!rows.has(photograph)) rows.set(photograph, row);
  return rows;
}

/** Up to five photographs of each person who has two. */
function photographsOfPeopleSeenOften(photographs: readonly string[]): string[] {
  const people = new Map<string, string[]>();
  for (const photograph of photographs) {
    const person = personOf(photograph);
    people.set(person, [...(people.get(person) ?? []), photograph]);
  }
  return [...people.values()].flatMap((list) => (list.length > 1 ? list.slice(0, 5) : []));
}

async function writeJson(name: string, value: unknown): Promise<void> {
  await writeFile(new URL(name, weightsFolder), `${JSON.stringify(value)}\n`);
}
