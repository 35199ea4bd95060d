import type { Config } from '../../shared/config.ts';
import { blurOf } from '../../shared/vision/attributes/blur.ts';
import { exposureOf } from '../../shared/vision/attributes/exposure.ts';
import { poseOf } from '../../shared/vision/attributes/headPose.ts';
import type { QualityFactors } from '../../shared/vision/attributes/recognitionQuality.ts';
import { logistic } from '../../shared/vision/logOdds.ts';
import { byPerson } from '../data/lfw.ts';
import type { Keep } from '../keep.ts';
import { runAllTasks } from '../workerTasks.ts';
import type { Measurements } from './faceSamples.ts';
import type { LinearModel } from './fitBlurAndExposure.ts';
import type { HeadLogits } from './fitHeads.ts';
import type { RatedFace } from './fitQuality.ts';
import { pointsOf, type SampleRecord } from './sampleSet.ts';

interface Rating {
  samples: readonly SampleRecord[];
  firstRows: ReadonlyMap<string, number>;
  logits: HeadLogits;
  blur: LinearModel;
  exposure: LinearModel;
  pose: { pitch: number; yaw: number; inverse: readonly (readonly number[])[] };
  keep: Keep;
  config: Config;
}

/** The samples of people with several photographs, and distorted pictures of every fourth, as quality is fitted on. */
export async function rateFaces(files: readonly string[], rating: Rating): Promise<RatedFace[]> {
  const { samples, firstRows, keep, config } = rating;
  const repeated = photographsOfRepeatedPeople(files);
  const embeddings = await keep.get('sampleEmbeddings', () => runAllTasks('embedSamples', repeated, config));
  const fourth = repeated.filter((_, i) => i % 4 === 0);
  const distorted = await keep.get('distorted', () => runAllTasks('distortFace', fourth, config));
  return [
    ...repeated.flatMap((photograph, n) =>
      embeddings[n]!.map((embedding, i): RatedFace => {
        const row = firstRows.get(photograph)! + i;
        const sample = samples[row]!;
        return {
          photograph,
          unaltered: !sample.degraded && !sample.overlay,
          embedding: Float32Array.from(embedding),
          factors: factorsOf(sample, row, rating),
        };
      }),
    ),
    ...fourth.flatMap((photograph, n) =>
      distorted[n]!.map(
        (face): RatedFace => ({
          photograph,
          unaltered: false,
          embedding: Float32Array.from(face.embedding),
          factors: factorsOf(face, firstRows.get(photograph)!, rating),
        }),
      ),
    ),
  ];
}

/** row: of the sample whose covers the face has. */
function factorsOf(
  measurements: Measurements,
  row: number,
  { logits, blur, exposure, pose }: Rating,
): QualityFactors {
  return {
    ...measurements.texture,
    ...poseOf(pointsOf(measurements), pose.inverse, pose),
    blur: blurOf(measurements.texture, blur),
    exposure: exposureOf(measurements.light, exposure),
    eyeOccluded: logistic(logits.get('eyeOccluded')![row]!),
    mouthOccluded: logistic(logits.get('mouthOccluded')![row]!),
  };
}

/** Up to five photographs of each person who has two. */
const photographsOfRepeatedPeople = (files: readonly string[]) =>
  [...byPerson(files).values()].flatMap((list) => (list.length > 1 ? list.slice(0, 5) : []));
