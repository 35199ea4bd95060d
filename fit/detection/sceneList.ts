import { groupPhotographs } from '../data/groupPhotographs.ts';
import { photographs } from '../data/lfw.ts';
import { type SceneDescription, sceneChanges } from '../data/scenes.ts';
import { Random } from '../math/random.ts';

/** Numbers of scenes of one photograph, and of collages of many. */
const portraits = 880;
const collages = 30;
/** As many as a collage of the smallest tiles has room for. */
const mostTiles = 264;

/** Scenes to learn from: group photographs in every change, portraits in one each, and collages of portraits. */
export function describeScenes(data: string): SceneDescription[] {
  const random = new Random('scenes');
  const files = random.shuffled(photographs(data));
  const portraitChanges = [...sceneChanges, 'covered'] as const;
  return [
    ...groupPhotographs.flatMap((photograph) =>
      sceneChanges.map((change): SceneDescription => ({ kind: 'group', photograph, change })),
    ),
    ...files.slice(0, portraits).map(
      (photograph, i): SceneDescription => ({
        kind: 'portrait',
        photograph,
        change: portraitChanges[i % portraitChanges.length]!,
      }),
    ),
    ...Array.from(
      { length: collages },
      (): SceneDescription => ({
        kind: 'collage',
        photographs: random.shuffled(files.slice(portraits)).slice(0, mostTiles),
      }),
    ),
  ];
}
