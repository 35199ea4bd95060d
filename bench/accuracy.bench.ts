import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Pair, pairedPhotographs, personOf, photographs, readPairs } from '../fit/data/lfw.ts';
import { sortedQuantile } from '../fit/math/statistics.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
import { calibrations, similarityFor } from '../shared/matching/confidence.ts';
import { similarity } from '../shared/matching/similarity.ts';
import { detectionModels, type RecognitionModel, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/createVision.ts';
import type { Vision } from '../shared/vision/vision.ts';
import { analyseAll, embedMainFaces } from './embedMainFaces.ts';
import { table } from './textTable.ts';

const options = z.object({
  lfw: z.string(),
  models: z
    .string()
    .default(recognitionModels.join())
    .transform((names) => names.split(','))
    .pipe(z.array(z.enum(recognitionModels))),
  detection: z.enum(detectionModels).default('detection_01'),
  limit: z.coerce.number().int().positive().optional(),
});
type Options = z.infer<typeof options>;

/**
 * `npm run bench -- accuracy --lfw DIR [--models recognition_01,...] [--detection detection_01] [--limit N]`:
 * the share of LFW's photographs in which a face is found, and the verification accuracy of each recognition model on
 * LFW's pairs, through the worker threads and embeddings of the service. --limit: only so many pairs and their
 * photographs.
 */
export async function accuracy(args: string[]): Promise<void> {
  const string = { type: 'string' } as const;
  const chosen = options.parse(
    parseArgs({ args, options: { lfw: string, models: string, detection: string, limit: string } }).values,
  );
  const pairs = readPairs(chosen.lfw).slice(0, chosen.limit);
  const paired = pairedPhotographs(pairs);
  const vision = createVision(offlineConfig());

  await reportFound(vision, chosen, chosen.limit === undefined ? photographs(chosen.lfw) : paired);
  const rows: string[][] = [];
  for (const model of chosen.models) {
    const stored = await embedMainFaces(vision, paired, {
      detectionModel: chosen.detection,
      recognitionModel: model,
    });
    const embeddings = new Map([...stored].map(([file, bytes]) => [file, decodeEmbedding(bytes)]));
    rows.push([model, ...verificationRow(model, pairs, embeddings)]);
  }
  await vision.close();
  console.log(`\nVerification, ${pairs.length} pairs of ${paired.length} photographs, ${chosen.detection}`);
  console.log(
    table(
      [
        'model',
        'accuracy %',
        'TAR % at FAR 1e-2',
        'TAR % at FAR 1e-3',
        'genuine % with confidence >= .5',
        'impostors % with confidence >= .5',
        'bytes',
      ],
      rows,
    ),
  );
}

async function reportFound(vision: Vision, { detection }: Options, files: readonly string[]): Promise<void> {
  const missed: string[] = [];
  let count = 0;
  await analyseAll(vision, files, { detectionModel: detection }, (file, faces) => {
    count += faces.length;
    if (faces.length === 0) missed.push(file);
  });
  const found = (100 * (files.length - missed.length)) / files.length;
  console.log(
    `A face found in ${found.toFixed(2)} % of ${files.length} photographs by ${detection}; ${count} faces`,
  );
  for (const file of missed.sort()) console.log(`  none in ${file}`);
}

type Embeddings = ReadonlyMap<string, Float32Array>;

function verificationRow(model: RecognitionModel, pairs: readonly Pair[], embeddings: Embeddings): string[] {
  const scored = pairs.map(({ first, second, same, fold }) => {
    const [a, b] = [embeddings.get(first), embeddings.get(second)];
    return { same, fold, score: a && b ? similarity(a, b) : -1 };
  });
  const genuine = scored.filter(({ same }) => same).map(({ score }) => score);
  const impostors = crossIdentitySimilarities(embeddings);
  const tarAt = (far: number) => shareAbove(genuine, sortedQuantile(impostors, 1 - far));
  const half = similarityFor(calibrations[model], 0.5);
  return [
    (100 * crossValidatedAccuracy(scored)).toFixed(2),
    (100 * tarAt(1e-2)).toFixed(2),
    (100 * tarAt(1e-3)).toFixed(2),
    (100 * shareAbove(genuine, half)).toFixed(2),
    (100 * shareAbove(impostors, half)).toFixed(3),
    `${2 * embeddings.values().next().value!.length}`,
  ];
}

interface ScoredPair {
  same: boolean;
  fold: number;
  score: number;
}

/** LFW's protocol: each fold is judged at the threshold that is best on the others. */
function crossValidatedAccuracy(scored: readonly ScoredPair[]): number {
  const folds = [...new Set(scored.map(({ fold }) => fold))];
  let right = 0;
  for (const fold of folds) {
    const others = scored.filter((pair) => pair.fold !== fold);
    const threshold = mostAccurateThreshold(others.length > 0 ? others : scored);
    right += scored.filter((pair) => pair.fold === fold && pair.score > threshold === pair.same).length;
  }
  return right / scored.length;
}

function mostAccurateThreshold(scored: readonly ScoredPair[]): number {
  const rising = scored.toSorted((p, q) => p.score - q.score);
  let right = rising.filter(({ same }) => same).length;
  let most = right;
  let threshold = -Infinity;
  for (const [i, { same, score }] of rising.entries()) {
    right += same ? -1 : 1;
    if (right <= most) continue;
    most = right;
    threshold = (score + (rising[i + 1]?.score ?? score)) / 2;
  }
  return threshold;
}

/** Similarities of every two photographs of different people, rising. */
function crossIdentitySimilarities(embeddings: Embeddings): Float32Array {
  const all = [...embeddings].map(([file, embedding]) => ({ person: personOf(file), embedding }));
  const scores = new Float32Array((all.length * (all.length - 1)) / 2);
  let count = 0;
  for (const [i, a] of all.entries())
    for (let j = 0; j < i; j++)
      if (a.person !== all[j]!.person) scores[count++] = similarity(a.embedding, all[j]!.embedding);
  return scores.subarray(0, count).sort();
}

function shareAbove(scores: ArrayLike<number> & Iterable<number>, threshold: number): number {
  let above = 0;
  for (const score of scores) if (score > threshold) above++;
  return above / scores.length;
}
