import { parseArgs } from 'node:util';
import { z } from 'zod';
import { byPerson, photographs } from '../fit/data/lfw.ts';
import { median } from '../fit/math/statistics.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
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
import { type Calibration, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/createVision.ts';
import { embedMainFaces, type StoredEmbeddings } from './embedMainFaces.ts';
import { milliseconds, table } from './textTable.ts';

const options = z.object({
  lfw: z.string(),
  models: z
    .string()
    .default('recognition_02,recognition_04')
    .transform((names) => names.split(','))
    .pipe(z.array(z.enum(recognitionModels))),
  limit: z.coerce.number().int().positive().default(Number.MAX_SAFE_INTEGER),
});

/** Numbers of persons of the galleries, beside the gallery of everybody. */
const sizes = [50, 200, 500];
/** The most photographs that a person is enrolled from. */
const mostEnrolled = 3;

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
    const files = [...people.known.flatMap(({ gallery, probe }) => [...gallery, probe]), ...people.strangers];
    const analysis = { detectionModel: 'detection_01', recognitionModel: model } as const;
    const embeddings = await embedMainFaces(vision, files, analysis);
    console.log(`${model}: ${embeddings.size} of ${files.length} photographs embedded`);
    const everybody = people.known.length;
    for (const size of [...sizes.filter((each) => each < everybody), everybody])
      rows.push([
        model,
        ...identificationRow(people, size, embeddings, calibrationsOf(config.customModels)[model]),
      ]);
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
        `strangers identified at ${samePersonConfidence} %`,
        'median ms',
      ],
      rows,
    ),
  );
}

interface Enrolled {
  name: string;
  gallery: string[];
  probe: string;
}
interface People {
  known: Enrolled[];
  strangers: string[];
}

/** The same for the same files; ordered by a hash, so that a limit takes people from all of the alphabet. */
function choosePeople(files: readonly string[], limit: number): People {
  const mixed = [...byPerson(files)].sort(([a], [b]) => hash(a) - hash(b) || (a < b ? -1 : 1));
  const known = mixed
    .filter(([, shots]) => shots.length > 1)
    .slice(0, limit)
    .map(([name, shots]) => ({
      name,
      gallery: shots.slice(0, -1).slice(0, mostEnrolled),
      probe: shots.at(-1)!,
    }));
  const strangers = mixed.flatMap(([, shots]) => (shots.length === 1 ? shots : [])).slice(0, known.length);
  return { known, strangers };
}

/** FNV-1a. */
const hash = (text: string) =>
  [...text].reduce((h, c) => Math.imul(h ^ c.codePointAt(0)!, 16_777_619) >>> 0, 2_166_136_261);

/** Over galleries of one size that share nobody. A probe without a face counts as not identified. */
function identificationRow(
  { known, strangers }: People,
  persons: number,
  embeddings: StoredEmbeddings,
  calibration: Calibration,
) {
  const galleries = Math.floor(known.length / persons);
  const probes = strangers.flatMap((file) => probeOf(embeddings, file));
  const times: number[] = [];
  const count = { faces: 0, probes: 0, rankOne: 0, confident: 0, falsePositives: 0 };
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
    count.probes += enrolledHere.length;
    for (const [i, { probe }] of enrolledHere.entries()) {
      for (const { personId, confidence } of probeOf(embeddings, probe).map(best)) {
        if (personId !== uuidOf(i)) continue;
        count.rankOne++;
        if (confidence >= samePersonConfidence) count.confident++;
      }
    }
    count.falsePositives += probes
      .map(best)
      .filter(({ confidence }) => confidence >= samePersonConfidence).length;
  }
  return [
    `${persons}`,
    (count.faces / galleries).toFixed(0),
    `${galleries}`,
    percent(count.rankOne / count.probes),
    percent(count.confident / count.probes),
    percent(count.falsePositives / (galleries * probes.length)),
    milliseconds(median(times)),
  ];
}

function load(members: readonly Member[]): Shard {
  const dimension = members[0]!.embedding.length / 2;
  return unpackShard(packShard(members), { faces: members.length, dimension, persons: true });
}

function probeOf(embeddings: StoredEmbeddings, file: string): Float32Array[] {
  const embedding = embeddings.get(file);
  return embedding ? [decodeEmbedding(embedding)] : [];
}

const uuidOf = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
const percent = (share: number) => (100 * share).toFixed(2);
