import type { Cohesion } from '../../shared/matching/clustering.ts';
import { type Calibration, type RecognitionModel, recognitionModels } from '../../shared/modelNames.ts';
import { sideOf } from '../data/labels.ts';
import { pairedPhotographs, photographs, readPairs } from '../data/lfw.ts';
import type { FitOptions } from '../fitOptions.ts';
import { writeFitted } from '../fittedFiles.ts';
import { calibrationPoints, pairSimilarities } from './calibrationPoints.ts';
import { embedAll } from './embeddings.ts';
import { fitCohesion } from './fitCohesion.ts';
import { choosePeople } from './galleries.ts';

/**
 * `npm run fit -- calibration`: for each built-in recognition model its confidence, on every two photographs of those
 * in pairs.txt, and the cohesion of its groups, on the people of the folder who are not judged by. Writes
 * models/fitted/calibration.json.
 */
export async function fitCalibration({ data, keep, config }: FitOptions): Promise<void> {
  const paired = new Set(pairedPhotographs(readPairs(data)));
  const people = choosePeople(photographs(data).filter((file) => sideOf(file) !== 'judge'));
  const embedded = await embedAll(data, keep, config);
  const calibrations = {} as Record<RecognitionModel, Calibration>;
  const cohesion = {} as Record<RecognitionModel, Cohesion>;
  for (const model of recognitionModels) {
    const faces = embedded(model);
    const calibration = calibrationPoints(
      pairSimilarities(faces.filter(({ photograph }) => paired.has(photograph))),
    );
    console.error(`${model}: ${JSON.stringify(calibration)}`);
    const byFile = new Map(faces.map((face) => [face.photograph, face]));
    const album = people.map((files) => files.flatMap((file) => byFile.get(file) ?? []));
    calibrations[model] = calibration;
    cohesion[model] = await fitCohesion({
      calibration,
      faces: album.filter(({ length }) => length > 0),
    });
  }
  await writeFitted('fitted/calibration.json', { calibrations, cohesion }, 2);
}
