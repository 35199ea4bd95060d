import { parseArgs } from 'node:util';
import { choosePeople, drawGalleries, gallerySizes } from '../fit/calibration/galleries.ts';
import { personOf, photographs } from '../fit/data/lfw.ts';
import { addPairs, noPairs, pairScores } from '../fit/math/pairCounts.ts';
import { median } from '../fit/math/statistics.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { decodeEmbedding } from '../shared/embedding.ts';
import { calibrationsOf, cohesionsOf } from '../shared/faces/calibrations.ts';
import { type Cohesion, group as cluster } from '../shared/matching/clustering.ts';
import { type Calibration, type RecognitionModel, recognitionModels } from '../shared/modelNames.ts';
import { createVision } from '../shared/vision/createVision.ts';
import { embedMainFaces } from './embedMainFaces.ts';
import { milliseconds, table } from './textTable.ts';

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
    const analysis = { detectionModel: 'detection_01', recognitionModel: model } as const;
    const stored = await embedMainFaces(vision, people.flat(), analysis);
    const facesOf = (files: readonly string[]) =>
      files.flatMap((file): GalleryFace[] => {
        const bytes = stored.get(file);
        return bytes ? [{ person: personOf(file), embedding: decodeEmbedding(bytes) }] : [];
      });
    const album = people.map(facesOf).filter(({ length }) => length > 0);
    const calibration = calibrationsOf(config.customModels)[model];
    const cohesion = cohesionsOf(config.customModels)[model];
    for (const size of gallerySizes)
      rows.push(await groupingRow(model, size, album, { calibration, cohesion }));
  }
  await vision.close();
  console.log(table(['model', 'faces', 'galleries', 'precision', 'recall', 'F1', 'median ms'], rows));
}

interface GalleryFace {
  person: string;
  embedding: Float32Array;
}

async function groupingRow(
  model: RecognitionModel,
  size: number,
  album: readonly (readonly GalleryFace[])[],
  { calibration, cohesion }: { calibration: Calibration; cohesion: Cohesion },
): Promise<string[]> {
  let counts = noPairs;
  const times: number[] = [];
  for (const gallery of drawGalleries(album, size)) {
    const embeddings = gallery.map(({ embedding }) => embedding);
    const start = performance.now();
    const { groups } = await cluster(embeddings, calibration, cohesion);
    times.push(performance.now() - start);
    counts = addPairs(
      counts,
      groups,
      gallery.map(({ person }) => person),
    );
  }
  const { precision, recall, f1 } = pairScores(counts);
  return [
    model,
    `${size}`,
    `${times.length}`,
    ...[precision, recall, f1].map((share) => share.toFixed(4)),
    milliseconds(median(times)),
  ];
}
