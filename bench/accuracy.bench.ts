import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { mainOf, type Pair, personOf, photographs, readPairs } from '../fit/data/lfw.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
import { FaceError } from '../shared/errors.ts';
import { calibrations, similarityFor } from '../shared/matching/confidence.ts';
import { similarity } from '../shared/matching/similarity.ts';
import { detectionModels, type RecognitionModel, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/pool.ts';
import type { AnalysedFace, Vision } from '../shared/vision/vision.ts';
import { table } from './table.ts';

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
 * the share of LFW's photographs in which a face is found, and for each recognition model what it is worth on
 * LFW's pairs, through the worker threads and embeddings of the service. --limit: only so many pairs and their
 * photographs.
 */
export async function accuracy(args: string[]): Promise<void> {
  const chosen = options.parse(
    parseArgs({
      args,
      options: {
        lfw: { type: 'string' },
        models: { type: 'string' },
        detection: { type: 'string' },
        limit: { type: 'string' },
      },
    }).values,
  );
  const pairs = readPairs(chosen.lfw).slice(0, chosen.limit);
  const paired = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))];
  const config = offlineConfig();
  const vision = createVision(config);

  await reportFound(vision, chosen, chosen.limit === undefined ? photographs(chosen.lfw) : paired);
  const rows: string[][] = [];
  for (const model of chosen.models) {
    const embeddings = await embeddingsOf(vision, chosen, model, paired);
    rows.push([model, ...worth(model, pairs, embeddings)]);
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
        'impostors % with it',
        'bytes',
      ],
      rows,
    ),
  );
}

async function reportFound(vision: Vision, { detection }: Options, files: readonly string[]): Promise<void> {
  const missed: string[] = [];
  let faces = 0;
  await forEach(files, async (file) => {
    const found = await vision.analyse(readFileSync(file), { detectionModel: detection }).catch(none);
    faces += found.length;
    if (found.length === 0) missed.push(file);
  });
  const share = (100 * (files.length - missed.length)) / files.length;
  console.log(
    `A face found in ${share.toFixed(2)} % of ${files.length} photographs by ${detection}; ${faces} faces`,
  );
  for (const file of missed.sort()) console.log(`  none in ${file}`);
}

type Embeddings = ReadonlyMap<string, Float32Array>;

/** Each photograph's person is the face nearest its centre. A photograph without a face has no embedding. */
async function embeddingsOf(
  vision: Vision,
  { detection }: Options,
  model: RecognitionModel,
  files: readonly string[],
): Promise<Embeddings> {
  const embeddings = new Map<string, Float32Array>();
  await forEach(files, async (file) => {
    const analysis = { detectionModel: detection, recognitionModel: model };
    const faces = await vision.analyse(readFileSync(file), analysis).catch(none);
    const main = mainOf(faces);
    if (main) embeddings.set(file, decodeEmbedding(main.embedding!));
  });
  return embeddings;
}

/** As many at a time as keep every worker thread busy. */
async function forEach(files: readonly string[], act: (file: string) => Promise<void>): Promise<void> {
  const rest = files.values();
  const lane = async () => {
    for (const file of rest) await act(file);
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane));
}

/** A file that cannot be decoded has no face; any other failure is the bench's. */
function none(error: unknown): AnalysedFace[] {
  if (error instanceof FaceError && error.code === 'InvalidImage') return [];
  throw error;
}

function worth(model: RecognitionModel, pairs: readonly Pair[], embeddings: Embeddings): string[] {
  const scored = pairs.map(({ first, second, same, fold }) => {
    const [a, b] = [embeddings.get(first), embeddings.get(second)];
    return { same, fold, score: a && b ? similarity(a, b) : -1 };
  });
  const genuine = scored.filter(({ same }) => same).map(({ score }) => score);
  const impostors = crossIdentity(embeddings);
  const atFar = (far: number) => share(genuine, impostors[Math.ceil(impostors.length * (1 - far)) - 1]!);
  const half = similarityFor(calibrations[model], 0.5);
  return [
    (100 * crossValidated(scored)).toFixed(2),
    (100 * atFar(1e-2)).toFixed(2),
    (100 * atFar(1e-3)).toFixed(2),
    (100 * share(genuine, half)).toFixed(2),
    (100 * share(impostors, half)).toFixed(3),
    `${2 * embeddings.values().next().value!.length}`,
  ];
}

interface Scored {
  same: boolean;
  fold: number;
  score: number;
}

/** LFW's protocol: each fold is judged at the threshold that is best on the others. */
function crossValidated(scored: readonly Scored[]): number {
  const folds = [...new Set(scored.map(({ fold }) => fold))];
  let right = 0;
  for (const fold of folds) {
    const others = scored.filter((pair) => pair.fold !== fold);
    const threshold = bestThreshold(others.length > 0 ? others : scored);
    right += scored.filter((pair) => pair.fold === fold && pair.score > threshold === pair.same).length;
  }
  return right / scored.length;
}

function bestThreshold(scored: readonly Scored[]): number {
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
function crossIdentity(embeddings: Embeddings): Float32Array {
  const all = [...embeddings].map(([file, embedding]) => ({ person: personOf(file), embedding }));
  const scores = new Float32Array((all.length * (all.length - 1)) / 2);
  let count = 0;
  for (const [i, a] of all.entries())
    for (let j = 0; j < i; j++)
      if (a.person !== all[j]!.person) scores[count++] = similarity(a.embedding, all[j]!.embedding);
  return scores.subarray(0, count).sort();
}

const share = (scores: ArrayLike<number> & Iterable<number>, threshold: number) => {
  let above = 0;
  for (const score of scores) if (score > threshold) above++;
  return above / scores.length;
};
