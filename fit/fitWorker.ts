import { workerData } from 'node:worker_threads';
import { measureSeries } from './attributes/changeSeries.ts';
import { distortFace } from './attributes/distortedFaces.ts';
import { embedSamples, sampleFaces } from './attributes/faceSamples.ts';
import { embedPhotograph } from './calibration/embedPhotograph.ts';
import type { SceneDescription } from './data/scenes.ts';
import { examineScene } from './detection/examineScene.ts';
import { FaceReader } from './faceReader.ts';

const { cache } = workerData as { cache: string };
const reader = new FaceReader(cache);

/** What is done with a photograph, or a description of a scene, on a worker thread. */
const tasks = {
  sampleFaces: (photograph: string) => sampleFaces(reader, photograph),
  embedSamples: (photograph: string) => embedSamples(reader, photograph),
  measureSeries: (photograph: string) => measureSeries(reader, photograph),
  distortFace: (photograph: string) => distortFace(reader, photograph),
  embedPhotograph: (photograph: string) => embedPhotograph(reader, photograph),
  examineScene: (scene: SceneDescription) => examineScene(reader, scene),
};
type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type Input<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type Result<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

export default <Name extends TaskName>({ task, input }: { task: Name; input: Input<Name> }) =>
  (tasks[task] as (input: Input<Name>) => Promise<Result<Name>>)(input);
