import { recognitionModels } from '../../shared/modelNames.ts';
import { sideOf } from '../data/labels.ts';
import { pairedPhotographs, photographs, readPairs } from '../data/lfw.ts';
import type { FitOptions } from '../fitOptions.ts';
import { writeFitted } from '../fittedFiles.ts';
import { calibrationPoints, pairSimilarities } from './calibrationPoints.ts';
import { embedAll } from './embeddings.ts';
import { type Album, fitCohesion } from './fitCohesion.ts';
import { choosePeople } from './galleries.ts';

/**
 * `npm run fit -- calibration`: the confidence of each built-in recognition model, on every two photographs of those
 * in pairs.txt, and the cohesion of groups, on the people of the folder who are not judged by. Writes
 * models/fitted/calibration.json.
 */
export async function fitCalibration({ data, keep, config }: FitOptions): Promise<void> {
  const paired = new Set(pairedPhotographs(readPairs(data)));
  const people = choosePeople(photographs(data).filter((file) => sideOf(file) !== 'judge'));
  const embedded = await embedAll(data, keep, config);
  const albums: Album[] = [];
  for (const model of recognitionModels) {
    const faces = embedded(model);
    const calibration = calibrationPoints(
      pairSimilarities(faces.filter(({ photograph }) => paired.has(photograph))),
    );
    console.error(`${model}: ${JSON.stringify(calibration)}`);
    const byFile = new Map(faces.map((face) => [face.photograph, face]));
    const album = people.map((files) => files.flatMap((file) => byFile.get(file) ?? []));
    albums.push({ calibration, faces: album.filter(({ length }) => length > 0) });
  }
  const cohesion = await fitCohesion(albums);
  await writeFitted('fitted/calibration.json', {
    ...Object.fromEntries(recognitionModels.map((model, i) => [model, albums[i]!.calibration])),
    cohesion,
  });
}
