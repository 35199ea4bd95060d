import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { personOf, photographs } from '../fit/data/lfw.ts';
import { median } from '../fit/math/statistics.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
import { FaceError } from '../shared/errors.ts';
import { calibrationsOf, samePersonConfidence } from '../shared/faces/calibrations.ts';
import { confidenceOf } from '../shared/matching/confidence.ts';
import {
  byRank,
  type Member,
  packShard,
  type Shard,
  scanShard,
  unpackShard,
} from '../shared/matching/shard.ts';
import { type Calibration, type RecognitionModel, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/pool.ts';
import type { Vision } from '../shared/vision/vision.ts';
import { milliseconds, table } from './table.ts';

const options = z.object({
  lfw: z.string(),
  models: z
    .string()
    .default('recognition_02,recognition_04')
    .transform((names) => names.split(','))
    .pipe(z.array(z.enum(recognitionModels))),
  limit: z.coerce.number().int().positive().default(Number.MAX_SAFE_INTEGER),
});

/** Persons a gallery, beside the gallery of everybody. */
const sizes = [50, 200, 500];
/** Photographs that a person is enrolled from, where there are so many. */
const enrolled = 3;

/**
 * `npm run bench -- identify --lfw DIR [--models recognition_02,recognition_04] [--limit N]`: identification in
 * galleries of LFW's people with two or more photographs. The last photograph of each is the probe, up to three
 * others are enrolled; strangers are as many of the people with one photograph. --limit: only so many people.
 */
export async function identify(args: string[]): Promise<void> {
  const string = { type: 'string' } as const;
  const chosen = options.parse(
    parseArgs({ args, options: { lfw: string, models: string, limit: string } }).values,
  );
  const config = offlineConfig();
  const people = choosePeople(photographs(chosen.lfw), chosen.limit);
  const vision = createVision(config);
  const rows: string[][] = [];
  for (const model of chosen.models) {
    const embeddings = await embed(vision, config.workers, model, [
      ...people.known.flatMap(({ gallery, probe }) => [...gallery, probe]),
      ...people.strangers,
    ]);
    const everybody = people.known.length;
    for (const size of [...sizes.filter((each) => each < everybody), everybody])
      rows.push([model, ...worth(people, size, embeddings, calibrationsOf(config.ownModels)[model])]);
  }
  await vision.close();
  console.log(
    table(
      [
        'model',
        'persons',
        'faces',
        'galleries',
        'rank-1 %',
        `rank-1 and >= ${samePersonConfidence} %`,
        `strangers taken for somebody at ${samePersonConfidence} %`,
        'median ms',
      ],
      rows,
    ),
  );
}

interface Known {
  name: string;
  gallery: string[];
  probe: string;
}
interface People {
  known: Known[];
  strangers: string[];
}

/** Always the same, in an order that is none of the alphabet. */
function choosePeople(files: readonly string[], limit: number): People {
  const all = new Map<string, string[]>();
  for (const file of files) all.set(personOf(file), [...(all.get(personOf(file)) ?? []), file]);
  const mixed = [...all].sort(([a], [b]) => hash(a) - hash(b) || (a < b ? -1 : 1));
  const known = mixed
    .filter(([, shots]) => shots.length > 1)
    .slice(0, limit)
    .map(([name, shots]) => ({ name, gallery: shots.slice(0, -1).slice(0, enrolled), probe: shots.at(-1)! }));
  const strangers = mixed.flatMap(([, shots]) => (shots.length === 1 ? shots : [])).slice(0, known.length);
  return { known, strangers };
}

/** FNV-1a. */
const hash = (text: string) =>
  [...text].reduce((h, c) => Math.imul(h ^ c.codePointAt(0)!, 16_777_619) >>> 0, 2_166_136_261);

type Embeddings = ReadonlyMap<string, Uint8Array>;

/** The stored embedding of each photograph's person, who is in its middle; a photograph without a face has none. */
async function embed(
  vision: Vision,
  lanes: number,
  recognitionModel: RecognitionModel,
  files: readonly string[],
): Promise<Embeddings> {
  const embeddings = new Map<string, Uint8Array>();
  const waiting = files.values();
  const lane = async () => {
    for (const file of waiting) {
      const faces = await vision
        .analyse(await readFile(file), {
          detectionModel: 'detection_01',
          recognitionModel,
          single: { target: middle },
        })
        .catch(noFace);
      if (faces[0]) embeddings.set(file, faces[0].embedding!);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  console.log(`${recognitionModel}: ${embeddings.size} of ${files.length} photographs embedded`);
  return embeddings;
}

/** LFW's photographs are 250 x 250. */
const middle = { left: 75, top: 75, width: 100, height: 100 };

function noFace(error: unknown): never[] {
  if (error instanceof FaceError) return [];
  throw error;
}

/** The row of galleries of one size, which share nobody. A probe without a face counts as not recognised. */
function worth(
  { known, strangers }: People,
  persons: number,
  embeddings: Embeddings,
  calibration: Calibration,
) {
  const galleries = Math.floor(known.length / persons);
  const probes = strangers.flatMap((file) => probeOf(embeddings, file));
  const times: number[] = [];
  const count = { faces: 0, asked: 0, first: 0, sure: 0, mistaken: 0 };
  for (let n = 0; n < galleries; n++) {
    const enrolledHere = known.slice(n * persons, (n + 1) * persons);
    const members = enrolledHere.flatMap(({ gallery }, i) =>
      gallery.flatMap((file): Member[] => {
        const embedding = embeddings.get(file);
        return embedding ? [{ faceId: uuidOf(i), personId: uuidOf(i), embedding }] : [];
      }),
    );
    const shard = load(members);
    const best = (probe: Float32Array) => {
      const start = performance.now();
      const [hit] = scanShard(shard, probe, -Infinity, new Set()).sort(byRank);
      times.push(performance.now() - start);
      return { personId: hit!.personId, confidence: confidenceOf(calibration, hit!.similarity) };
    };
    count.faces += members.length;
    count.asked += enrolledHere.length;
    for (const [i, { probe }] of enrolledHere.entries()) {
      for (const { personId, confidence } of probeOf(embeddings, probe).map(best)) {
        if (personId !== uuidOf(i)) continue;
        count.first++;
        if (confidence >= samePersonConfidence) count.sure++;
      }
    }
    count.mistaken += probes.map(best).filter(({ confidence }) => confidence >= samePersonConfidence).length;
  }
  return [
    `${persons}`,
    (count.faces / galleries).toFixed(0),
    `${galleries}`,
    percent(count.first / count.asked),
    percent(count.sure / count.asked),
    percent(count.mistaken / (galleries * probes.length)),
    milliseconds(median(times)),
  ];
}

function load(members: readonly Member[]): Shard {
  const dimension = members[0]!.embedding.length / 2;
  return unpackShard(packShard(members), { faces: members.length, dimension, persons: true });
}

function probeOf(embeddings: Embeddings, file: string): Float32Array[] {
  const embedding = embeddings.get(file);
  return embedding ? [decodeEmbedding(embedding)] : [];
}

const uuidOf = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
const percent = (share: number) => (100 * share).toFixed(2);
