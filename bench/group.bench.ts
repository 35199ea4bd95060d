import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { mainOf, personOf, photographs } from '../fit/data/lfw.ts';
import { median } from '../fit/math/statistics.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
import { calibrationsOf } from '../shared/faces/calibrations.ts';
import { group as cluster } from '../shared/matching/clustering.ts';
import { type RecognitionModel, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/pool.ts';
import type { Vision } from '../shared/vision/vision.ts';
import { milliseconds, table } from './table.ts';

/** Galleries as an album, a conference and a street have them: share of people seen once, most photographs of one. */
const mixtures = [
  { once: 0.1, most: 20 },
  { once: 0.3, most: 10 },
  { once: 0.3, most: 3 },
  { once: 0.5, most: 5 },
  { once: 0.7, most: 3 },
];
const sizes = [20, 60, 200, 600, 1000];
/** Small galleries say little each, so more of them are drawn. */
const drawsOf = (size: number) => Math.max(2, Math.min(8, Math.round(600 / size)));

/**
 * `npm run bench -- group --lfw DIR`: precision and recall of grouping, over the pairs of faces of galleries drawn
 * from LFW, per recognition model and size of gallery.
 */
export async function group(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { lfw: { type: 'string' } } });
  if (values.lfw === undefined) throw new Error('bench group needs --lfw DIR');
  const config = offlineConfig();
  const people = choosePeople(photographs(values.lfw));
  const vision = createVision(config);
  const rows: string[][] = [];
  for (const model of recognitionModels) {
    const album = await embedAll(vision, config.workers, model, people);
    for (const size of sizes)
      rows.push(await measure(model, size, album, calibrationsOf(config.ownModels)[model]));
  }
  await vision.close();
  console.log(table(['model', 'faces', 'galleries', 'precision', 'recall', 'F1', 'median ms'], rows));
}

interface Face {
  person: string;
  embedding: Float32Array;
}

/**
 * People with several photographs, at most 20 of each, until they are about 1,500; and 700 people with one. Always
 * the same.
 */
function choosePeople(files: readonly string[]): string[][] {
  const everyone = new Map<string, string[]>();
  for (const file of files) {
    const person = personOf(file);
    const known = everyone.get(person);
    if (known === undefined) everyone.set(person, [file]);
    else if (known.length < 20) known.push(file);
  }
  const people = shuffled([...everyone.values()], randomFrom(1));
  let count = 0;
  const several = people.filter(({ length }) => {
    const taken = length > 1 && count < 1500;
    if (taken) count += length;
    return taken;
  });
  return [...several, ...people.filter(({ length }) => length === 1).slice(0, 700)];
}

/** The faces of each person: of a photograph the one nearest its centre. */
async function embedAll(
  vision: Vision,
  lanes: number,
  model: RecognitionModel,
  people: readonly string[][],
): Promise<Face[][]> {
  const embeddings = new Map<string, Float32Array>();
  const waiting = people.flat().values();
  const lane = async () => {
    for (const file of waiting) {
      const analysis = { detectionModel: 'detection_01', recognitionModel: model } as const;
      const faces = await vision.analyse(await readFile(file), analysis).catch(() => []);
      const main = mainOf(faces);
      if (main) embeddings.set(file, decodeEmbedding(main.embedding!));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const facesOf = (files: readonly string[]) =>
    files.flatMap((file) => {
      const embedding = embeddings.get(file);
      return embedding ? [{ person: personOf(file), embedding }] : [];
    });
  return people.map(facesOf).filter(({ length }) => length > 0);
}

async function measure(
  model: RecognitionModel,
  size: number,
  album: readonly Face[][],
  calibration: Parameters<typeof cluster>[1],
): Promise<string[]> {
  const pairs = { together: 0, rightly: 0, same: 0 };
  const times: number[] = [];
  for (const mixture of mixtures) {
    for (let draw = 0; draw < drawsOf(size); draw++) {
      const gallery = drawGallery(album, size, mixture, randomFrom(1000 * size + draw));
      const start = performance.now();
      const { groups } = await cluster(
        gallery.map(({ embedding }) => embedding),
        calibration,
      );
      times.push(performance.now() - start);
      pairs.together += sum(groups.map(({ length }) => pairsOf(length)));
      pairs.rightly += sum(
        groups.flatMap((members) => perPerson(members.map((i) => gallery[i]!)).map(pairsOf)),
      );
      pairs.same += sum(perPerson(gallery).map(pairsOf));
    }
  }
  const precision = pairs.rightly / pairs.together;
  const recall = pairs.rightly / pairs.same;
  const shares = [precision, recall, (2 * precision * recall) / (precision + recall)];
  return [
    model,
    `${size}`,
    `${times.length}`,
    ...shares.map((share) => share.toFixed(4)),
    milliseconds(median(times)),
  ];
}

function drawGallery(
  album: readonly Face[][],
  size: number,
  { once, most }: (typeof mixtures)[number],
  random: () => number,
): Face[] {
  const gallery: Face[] = [];
  const strangers: Face[] = [];
  const several = Math.round(size * (1 - once));
  for (const faces of shuffled(album, random)) {
    const wanted = Math.min(faces.length, 2 + Math.floor(random() * (most - 1)), several - gallery.length);
    if (wanted > 1) gallery.push(...shuffled(faces, random).slice(0, wanted));
    else strangers.push(faces[0]!);
  }
  return shuffled([...gallery, ...strangers.slice(0, size - gallery.length)], random);
}

function perPerson(faces: readonly Face[]): number[] {
  const counts = new Map<string, number>();
  for (const { person } of faces) counts.set(person, (counts.get(person) ?? 0) + 1);
  return [...counts.values()];
}

const pairsOf = (faces: number) => (faces * (faces - 1)) / 2;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

/** Mulberry32: the same numbers on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
