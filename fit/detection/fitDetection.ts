import type { FitOptions } from '../fitOptions.ts';
import { writeFitted } from '../fittedFiles.ts';
import { runAllTasks } from '../workerTasks.ts';
import { fitEvidence } from './fitEvidence.ts';
import { describeScenes } from './sceneList.ts';

/**
 * `npm run fit -- detection`: the weights and thresholds by which proposals become faces, on scenes made of the
 * photographs of a folder and of the group photographs of @vladmandic/face-api. Writes models/fitted/detection.json.
 */
export async function fitDetection({ data, keep, config }: FitOptions): Promise<void> {
  const scenes = await keep.get('scenes', () => runAllTasks('examineScene', describeScenes(data), config));
  await writeFitted('fitted/detection.json', await fitEvidence(scenes));
}
