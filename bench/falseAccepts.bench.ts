import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { byPerson, photographs } from '../fit/data/lfw.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
import { calibrations, confidenceOf } from '../shared/matching/confidence.ts';
import { similarity } from '../shared/matching/similarity.ts';
import { type RecognitionModel, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/createVision.ts';
import { embedMainFaces } from './embedMainFaces.ts';
import { table } from './textTable.ts';

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
  const all = [...byPerson(photographs(lfw)).values()];
  const every = Math.max(1, Math.floor(all.length / people));
  const chosen = all
    .filter((_, i) => i % every === 0)
    .slice(0, people)
    .map((files) => files.slice(0, 2));
  const vision = createVision(offlineConfig());
  const models: Record<string, ReturnType<typeof rates>> = {};
  for (const model of recognitionModels) {
    const analysis = { detectionModel: 'detection_01', recognitionModel: model } as const;
    const stored = await embedMainFaces(vision, chosen.flat(), analysis);
    const embedded = chosen.map((files) =>
      files.flatMap((file) => (stored.has(file) ? [decodeEmbedding(stored.get(file)!)] : [])),
    );
    models[model] = rates(
      model,
      embedded.filter((found) => found.length > 0),
    );
  }
  await vision.close();
  for (const [model, { falseAccept, falseReject, impostors, genuine }] of Object.entries(models)) {
    console.log(`\n${model}: ${impostors} pairs of different people, ${genuine} pairs of one person`);
    const rows = falseAccept.map((share, i) => [`${i / steps}`, `${share}`, `${falseReject[i]}`]);
    console.log(table(['confidence', 'false accepts', 'false rejects'], rows));
  }
  if (out) writeFileSync(out, `${JSON.stringify({ source: 'Labeled Faces in the Wild', steps, models })}\n`);
}

/** Shares by threshold, to three significant digits. people: one or two embeddings of each. */
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
