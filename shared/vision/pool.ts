import { Piscina } from 'piscina';
import type { Config } from '../config.ts';
import { FaceError, timedOut } from '../errors.ts';
import { AdmissionQueue } from './admissionQueue.ts';
import type { EngineConfig } from './engine.ts';
import type { AnalysedFace, Analysis, Vision } from './vision.ts';

// onnxruntime reports its use to Microsoft unless told otherwise, and reads the environment of the main thread alone.
process.env.ORT_DISABLE_TELEMETRY = '1';

export type Task = { warm: true } | { image: Uint8Array; analysis: Analysis };
export type Answer = { thread: number } & (
  | { faces: AnalysedFace[] }
  | { error: { status: number; code: string; message: string; headers: Readonly<Record<string, string>> } }
);

export interface VisionOptions {
  /** The worker threads' script. Default: vision-worker.mjs beside the bundle. */
  worker?: URL;
  /** How long an image may wait for a thread and be worked on, half of it each. */
  timeoutSeconds?: number;
  /** What the images that wait may take of memory. */
  waitingBytes?: number;
}

/** Vision on config.workers threads, one image a thread at a time. A thread that hangs is replaced. */
export function createVision(
  config: EngineConfig & Pick<Config, 'workers'>,
  {
    worker = new URL('./vision-worker.mjs', import.meta.url),
    timeoutSeconds = 60,
    waitingBytes = 256 * 2 ** 20,
  }: VisionOptions = {},
): Vision {
  const { cache, ownModels, ownModelsFolder, workers } = config;
  const patience = (1000 * timeoutSeconds) / 2;
  const line = new AdmissionQueue(workers, waitingBytes, patience);
  const pool = new Piscina<Task, Answer>({
    filename: worker.href,
    minThreads: workers,
    maxThreads: workers,
    workerData: { cache, ownModels, ownModelsFolder } satisfies EngineConfig,
  });

  async function run(image: Uint8Array<ArrayBuffer>, analysis: Analysis): Promise<AnalysedFace[]> {
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), patience);
    try {
      const task: Task = { image, analysis };
      const answer = await pool.run(task, { signal: clock.signal, transferList: [image.buffer] });
      if ('faces' in answer) return answer.faces;
      const { status, code, message, headers } = answer.error;
      throw new FaceError(status, code, message, headers);
    } catch (error) {
      throw clock.signal.aborted ? timedOut() : error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    analyse: (image, analysis) =>
      // The caller's bytes may be a view of a buffer that others use: what moves to the thread is a copy.
      line.through(image.byteLength, () => run(new Uint8Array(image), analysis)),
    async warm() {
      // A pool cannot speak to each of its threads: ask as many times as there are until each has answered.
      const warmed = new Set<number>();
      while (warmed.size < workers) {
        const answers = await Promise.all(Array.from({ length: workers }, () => pool.run({ warm: true })));
        for (const { thread } of answers) warmed.add(thread);
      }
    },
    close: () => pool.close(),
  };
}
