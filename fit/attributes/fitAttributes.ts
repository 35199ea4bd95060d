import { inverseOf } from '../../shared/vision/attributes/headPose.ts';
import { Labels, sideOf } from '../data/labels.ts';
import { FaceReader } from '../faceReader.ts';
import type { FitOptions } from '../fitOptions.ts';
import { writeFitted } from '../fittedFiles.ts';
import { median } from '../math/statistics.ts';
import { runAllTasks } from '../workerTasks.ts';
import { fitAge } from './fitAge.ts';
import { fitBlur, fitExposure } from './fitBlurAndExposure.ts';
import { fitEmotion, fitHair, plainFeatures } from './fitEmotionAndHair.ts';
import { fitHeads } from './fitHeads.ts';
import { fitQuality } from './fitQuality.ts';
import { fitStraightShape } from './fitShape.ts';
import { fitPoseCorrection } from './poseCorrection.ts';
import { rateFaces } from './rateFaces.ts';
import { collectSamples, pointsOf, type SampleRecord } from './sampleSet.ts';

/** Weight of the head `blurry` beside the detail of the picture. Chosen, not fitted. */
const blurryHeadWeight = 0.8;

/**
 * `npm run fit -- attributes`: fits the attributes that no network of models.json answers by itself on the labelled
 * photographs of a folder, and writes models/attributes. The same photographs give the same weights. A quarter of the people is
 * never used: `npm run bench -- attributes` judges by them.
 */
export async function fitAttributes({ data, keep, config }: FitOptions): Promise<void> {
  const labels = new Labels(data);
  const sampleSet = await collectSamples(data, keep, config);
  const { samples } = sampleSet;
  const features = plainFeatures(sampleSet.features);
  const { encoded, logits } = await fitHeads(sampleSet, labels);
  const answers = { samples, logits, ...features };

  const unaltered = samples.filter(({ overlay, degraded }) => !overlay && !degraded);
  const learnt = unaltered.filter(isLearntFrom);
  const shape = fitStraightShape(learnt.map(pointsOf));
  const correction = await fitPoseCorrection(
    new FaceReader(config.cache),
    filesOf(everyNth(learnt, 70)),
    shape,
  );

  const seriesFiles = filesOf(everyNth(unaltered, 4).filter(isLearntFrom));
  const series = await keep.get('series', async () =>
    (await runAllTasks('measureSeries', seriesFiles, config)).filter((one) => one !== undefined),
  );
  const blur = fitBlur(series);
  const exposure = fitExposure(series);
  const blurry = logits.get('blurry')!;
  const firstRows = rowsByPhotograph(samples);
  const medianBlurryLogit = median(learnt.map(({ photograph }) => blurry[firstRows.get(photograph)!]!));

  const rated = await rateFaces(filesOf(learnt), {
    samples,
    firstRows,
    logits,
    blur,
    exposure,
    pose: { ...correction, inverse: inverseOf(shape.shape, shape.weights) },
    keep,
    config,
  });
  await writeFitted('attributes/heads.json', encoded, 2);
  await writeFitted('attributes/shape.json', { ...shape, ...correction });
  await writeFitted('attributes/scales.json', {
    age: fitAge(samples, labels),
    blur: { ...blur, headWeight: blurryHeadWeight, medianHeadLogit: medianBlurryLogit },
    exposure,
    hair: await fitHair(answers, labels),
    quality: fitQuality(rated),
  });
  await writeFitted('attributes/emotion.json', await fitEmotion(answers, labels));
}

const isLearntFrom = ({ photograph }: SampleRecord) => sideOf(photograph) !== 'judge';
const everyNth = <T>(list: readonly T[], n: number) => list.filter((_, i) => i % n === 0);
const filesOf = (samples: readonly SampleRecord[]) => samples.map(({ photograph }) => photograph);

/** The row of the first sample of each photograph. */
function rowsByPhotograph(samples: readonly SampleRecord[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [row, { photograph }] of samples.entries()) if (!rows.has(photograph)) rows.set(photograph, row);
  return rows;
}
