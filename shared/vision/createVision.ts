import type { Config } from '../config.ts';
import { type FaceErrorFields, restoreFaceError, timedOut } from '../errors.ts';
import { AdmissionQueue } from './admissionQueue.ts';
import type { EngineConfig } from './engine.ts';
import { checkedHeader, decodedBytes } from './imageLimits.ts';
import type { AnalysedFace, Analysis, Vision } from './vision.ts';
import { TaskTimeout, WorkerPool } from './workerPool.ts';

export type Task = { warm: true } | { image: Uint8Array; analysis: Analysis };
export type Answer = { faces: AnalysedFace[] } | { error: FaceErrorFields };

export interface VisionOptions {
  /** The worker processes' program. Default: vision-worker.mjs beside the bundle. */
  worker?: URL;
  /** How long one image may be worked on. */
  timeoutSeconds?: number;
  /** What the images that wait may take of memory. */
  waitingBytes?: number;
  /** How long an image may be expected to wait, in milliseconds, before it is refused. */
  longestWait?: number;
}

/** What the images that are decoded at one moment may take together, beside the networks. */
const workingBytes = 600e6;

/** Vision in config.workers processes, one image a process at a time. A process that hangs is killed and replaced. */
export function createVision(
  config: EngineConfig & Pick<Config, 'workers'>,
  {
    worker = new URL('./vision-worker.mjs', import.meta.url),
    timeoutSeconds = 30,
    waitingBytes = 256 * 2 ** 20,
    longestWait = 2_000,
  }: VisionOptions = {},
): Vision {
  const { cache, customModels, customModelsFolder, workers } = config;
  const queue = new AdmissionQueue({ slots: workers, waitingBytes, workingBytes, longestWait });
  const engineConfig: EngineConfig = { cache, customModels, customModelsFolder };
  const pool = new WorkerPool<Task, Answer>(worker, [JSON.stringify(engineConfig)]);

  async function run(task: Task): Promise<AnalysedFace[]> {
    try {
      const answer = await pool.run(task, 1000 * timeoutSeconds);
      if ('faces' in answer) return answer.faces;
      throw restoreFaceError(answer.error);
    } catch (error) {
      throw error instanceof TaskTimeout ? timedOut() : error;
    }
  }

  return {
    async analyse(image, analysis, { subscription, signal } = {}) {
      const header = checkedHeader(image);
      const admission = {
        bytes: image.byteLength,
        workingBytes: decodedBytes(header),
        ...(subscription !== undefined && { owner: subscription }),
        signal,
      };
      return queue.run(admission, () => run({ image, analysis }));
    },
    // All at once, so that each is given to a process of its own.
    warm: async () => void (await Promise.all(Array.from({ length: workers }, () => run({ warm: true })))),
    close: () => pool.close(),
  };
}
