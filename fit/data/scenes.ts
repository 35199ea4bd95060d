import { readFile } from 'node:fs/promises';
import { decode } from '../../shared/vision/decode.ts';
import { type Raster, rasterOf } from '../../shared/vision/raster.ts';
import type { FaceReader } from '../faceReader.ts';
import { Random } from '../math/random.ts';
import { drawOverlay } from './drawOverlay.ts';
import { type FaceSquare, rectangleOf } from './faceSquare.ts';
import { readGroupPhotograph } from './groupPhotographs.ts';
import { blurred, exposed, noisy, recompressed, resized, rotated } from './pictureChanges.ts';

/** A picture and the faces that are known to be in it. */
export interface Scene {
  image: Raster;
  faces: FaceSquare[];
  /** Whether faces lie on their side or upside down. */
  lying: boolean;
}

/** Changes under which faces should still be found. */
const changes = {
  none: async (scene) => scene,
  smaller: (scene, random) => scaled(scene, random.between(36, 90) / scene.faces[0]!.side),
  blurred: async (scene, random) =>
    changed(scene, await blurred(scene.image, random.between(0.01, 0.045) * scene.faces[0]!.side)),
  darker: async (scene, random) => changed(scene, exposed(scene.image, random.between(-4, -2))),
  brighter: async (scene, random) => changed(scene, exposed(scene.image, random.between(1, 2))),
  noisy: async (scene, random) => changed(scene, noisy(scene.image, random.between(10, 40), random)),
  recompressed: async (scene, random) =>
    changed(scene, await recompressed(scene.image, Math.round(random.between(8, 30)))),
  tilted: (scene, random) => turned(scene, random.pick([-1, 1]) * random.between(10, 40)),
  larger: (scene, random) => scaled(scene, random.between(250, 600) / scene.faces[0]!.side),
  lying: (scene, random) => turned(scene, random.pick([90, 180, 270])),
} satisfies Record<string, (scene: Scene, random: Random) => Promise<Scene>>;
export type SceneChange = keyof typeof changes;
export const sceneChanges = Object.keys(changes) as SceneChange[];

/** How to make a scene; the same description makes the same scene. */
export type SceneDescription =
  | { kind: 'group'; photograph: string; change: SceneChange }
  | { kind: 'portrait'; photograph: string; change: SceneChange | 'covered' }
  | { kind: 'collage'; photographs: readonly string[] };

export async function makeScene(reader: FaceReader, description: SceneDescription): Promise<Scene> {
  const random = new Random(JSON.stringify(description).replaceAll(/[^"]*\//g, ''));
  if (description.kind === 'collage') return collage(description.photographs, random);
  const { photograph, change } = description;
  if (description.kind === 'group')
    return changes[description.change]({ ...(await readGroupPhotograph(photograph)), lying: false }, random);
  const portrait = await readPortrait(photograph);
  if (change !== 'covered') return changes[change](portrait, random);
  // Not where the detector finds the face, which depends on the numbers that are to be fitted.
  const { points } = await reader.faceAt(portrait.image, rectangleOf(portrait.faces[0]!));
  const overlay = random.pick(['mask', 'halfMask', 'hand', 'sunglasses', 'hat'] as const);
  return changed(portrait, (await drawOverlay(portrait.image, points, overlay, random)).image);
}

/** LFW's photographs show a face found by Viola and Jones's detector in a square 2.2 times as wide as it. */
async function readPortrait(photograph: string): Promise<Scene> {
  const image = await decode(await readFile(photograph));
  const face = { x: image.width / 2, y: image.height / 2, side: image.width / 2.2 };
  return { image, faces: [face], lying: false };
}

/** Pixels. Of a tile this large the face has 39. */
const smallestTile = 85;

/** Photographs in several sizes, side by side in rows on 1920 x 1080 pixels. */
async function collage(photographs: readonly string[], random: Random): Promise<Scene> {
  const [width, height] = [1920, 1080];
  const data = new Uint8Array(3 * width * height);
  const faces: FaceSquare[] = [];
  const left = photographs.values();
  for (let top = 0; height - top >= smallestTile; ) {
    const side = Math.min(Math.round(random.between(smallestTile, 4 * smallestTile)), height - top);
    for (let x = 0; x + side <= width; x += side) {
      const { value: photograph } = left.next();
      if (photograph === undefined) break;
      const tile = await readPortrait(photograph);
      const { image, faces: found } = await scaled(tile, side / tile.image.width);
      for (let y = 0; y < image.height; y++)
        data.set(
          image.data.subarray(3 * y * image.width, 3 * (y + 1) * image.width),
          3 * ((top + y) * width + x),
        );
      faces.push(...found.map((face) => ({ ...face, x: face.x + x, y: face.y + top })));
    }
    top += side;
  }
  return { image: rasterOf(data, width, height), faces, lying: false };
}

const changed = (scene: Scene, image: Raster): Scene => ({ ...scene, image });

async function scaled(scene: Scene, by: number): Promise<Scene> {
  const { width, height } = scene.image;
  const image = await resized(scene.image, width * by, height * by);
  return {
    ...scene,
    image,
    faces: scene.faces.map(({ x, y, side }) => ({ x: x * by, y: y * by, side: side * by })),
  };
}

async function turned(scene: Scene, degrees: number): Promise<Scene> {
  const image = await rotated(scene.image, degrees);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const faces = scene.faces.map(({ x, y, side }) => {
    const [u, v] = [x - scene.image.width / 2, y - scene.image.height / 2];
    return { x: image.width / 2 + cos * u - sin * v, y: image.height / 2 + sin * u + cos * v, side };
  });
  return { image, faces, lying: scene.lying || Math.abs(degrees) >= 90 };
}
