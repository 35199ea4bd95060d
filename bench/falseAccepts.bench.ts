import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { mainOf, personOf, photographs } from '../fit/data/lfw.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
import { calibrations, confidenceOf } from '../shared/matching/confidence.ts';
import { similarity } from '../shared/matching/similarity.ts';
import { type RecognitionModel, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/pool.ts';
import type { Vision } from '../shared/vision/vision.ts';
import { table } from './table.ts';

/** Confidences 0, .05 ... 1 are the thresholds that are measured. */
const steps = 20;

const options = z.object({
  lfw: z.string(),
  people: z.coerce.number().int().min(2).default(2_000),
  out: z.string().optional(),
});

/**
 * `npm run bench -- false-accepts --lfw DIR [--people 2000] [--out FILE]`: for each recognition model and each
 * confidence threshold the share of pairs of different people that reach it, and of pairs of one person that do not.
 * One photograph of each of that many people makes the impostor pairs, the first two of those who have two the genuine
 * ones. --out: writes what the console's threshold slider reads, console/src/compare/falseAccepts.json.
 */
export async function falseAccepts(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { lfw: { type: 'string' }, people: { type: 'string' }, out: { type: 'string' } },
  });
  const { lfw, people, out } = options.parse(values);
  const byPerson = new Map<string, string[]>();
  for (const file of photographs(lfw))
    byPerson.set(personOf(file), [...(byPerson.get(personOf(file)) ?? []), file]);
  const every = Math.max(1, Math.floor(byPerson.size / people));
  const chosen = [...byPerson.values()].filter((_, i) => i % every === 0).slice(0, people);
  const vision = createVision(offlineConfig());
  const models: Record<string, ReturnType<typeof rates>> = {};
  for (const model of recognitionModels) {
    const pairs = await embed(
      vision,
      model,
      chosen.map((files) => files.slice(0, 2)),
    );
    models[model] = rates(model, pairs);
  }
  await vision.close();
  for (const [model, { falseAccept, falseReject, impostors, genuine }] of Object.entries(models)) {
    console.log(`\n${model}: ${impostors} pairs of different people, ${genuine} pairs of one person`);
    const rows = falseAccept.map((share, i) => [`${i / steps}`, `${share}`, `${falseReject[i]}`]);
    console.log(table(['confidence', 'false accepts', 'false rejects'], rows));
  }
  if (out) writeFileSync(out, `${JSON.stringify({ source: 'Labeled Faces in the Wild', steps, models })}\n`);
}

/** For each person the embeddings of one or two photographs, of those in which a face was found. */
async function embed(
  vision: Vision,
  model: RecognitionModel,
  people: readonly string[][],
): Promise<Float32Array[][]> {
  const embedded: Float32Array[][] = [];
  const rest = people.values();
  const lane = async () => {
    for (const files of rest) {
      const found: Float32Array[] = [];
      for (const file of files) {
        const face = mainOf(
          await vision.analyse(readFileSync(file), {
            detectionModel: 'detection_01',
            recognitionModel: model,
          }),
        );
        if (face) found.push(decodeEmbedding(face.embedding!));
      }
      if (found.length > 0) embedded.push(found);
    }
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane));
  return embedded;
}

/** Shares by threshold, to three significant digits. */
function rates(model: RecognitionModel, people: readonly Float32Array[][]) {
  const confidence = (a: Float32Array, b: Float32Array) =>
    confidenceOf(calibrations[model], similarity(a, b));
  const impostors = people.flatMap(([a], i) => people.slice(0, i).map(([b]) => confidence(a!, b!)));
  const genuine = people.flatMap(([a, b]) => (b ? [confidence(a!, b)] : []));
  const thresholds = Array.from({ length: steps + 1 }, (_, i) => i / steps);
  const rounded = (share: number) => Number(share.toPrecision(3));
  const reaching = (scores: readonly number[], threshold: number) =>
    scores.filter((score) => score >= threshold).length / scores.length;
  return {
    impostors: impostors.length,
    genuine: genuine.length,
    falseAccept: thresholds.map((threshold) => rounded(reaching(impostors, threshold))),
    falseReject: thresholds.map((threshold) => rounded(1 - reaching(genuine, threshold))),
  };
}
