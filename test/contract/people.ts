import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceClient, FaceModels as Models } from '@azure/cognitiveservices-face';
import sharp from 'sharp';
import { fileOf, type Photograph, photographs } from './photographs.ts';

/** A photograph and where in it a person is: left, top, width, height. */
export interface Shot {
  image: Buffer;
  targetFace: number[];
}

export interface Person {
  name: string;
  /** Three, each another photograph. */
  shots: [Shot, Shot, Shot];
}

export interface People {
  known: Person[];
  strangers: Person[];
}

/** The people of Labeled Faces in the Wild, or those of the photographs at hand. folder: of LFW. */
export const people = (client: FaceClient, folder: string | undefined): Promise<People> =>
  folder === undefined ? ofPhotographs(client) : ofLfw(folder);

/** 50 who have three photographs, and 20 strangers. LFW's photographs are 250 x 250 with the person in the middle. */
async function ofLfw(folder: string): Promise<People> {
  const root = join(folder, 'images');
  const names = readdirSync(root)
    .sort()
    .filter((name) => readdirSync(join(root, name)).length >= 3);
  const all = await Promise.all(
    names.slice(0, 70).map(async (name): Promise<Person> => {
      const shot = async (n: number): Promise<Shot> => ({
        image: await readFile(join(root, name, `${name}_000${n}.jpg`)),
        targetFace: [75, 75, 100, 100],
      });
      return { name, shots: [await shot(1), await shot(2), await shot(3)] };
    }),
  );
  return { known: all.slice(0, 50), strangers: all.slice(50) };
}

/** Those of two photographs are known, those of a third are strangers. (Some of 1 to 4 look much alike, or are one.) */
async function ofPhotographs(client: FaceClient): Promise<People> {
  const found = new Map<Photograph, Person[]>();
  for (const photograph of [1, 5, 6] as const) {
    const images = await variations(photograph);
    const faces = await client.face.detectWithStream(images[0], { returnFaceId: false });
    if (faces.length !== photographs[photograph]) throw new Error('a face is missing');
    const shot = (i: number, n: number): Shot => {
      const { left, top, width, height } = faces[i]!.faceRectangle;
      const scale = widths[n]! / widths[0];
      return {
        image: images[n]!,
        targetFace: [left, top, width, height].map((x) => Math.round(x * scale)),
      };
    };
    found.set(
      photograph,
      faces.map((_, i) => ({
        name: `${photograph}/${i}`,
        shots: [shot(i, 0), shot(i, 1), shot(i, 2)],
      })),
    );
  }
  return {
    known: ([1, 5] as const).flatMap((photograph) => found.get(photograph)!),
    strangers: found.get(6)!,
  };
}

const widths = [1_400, 1_100, 1_250] as const;

/** One photograph three ways: as it is, darker and smaller, and flat and soft. */
async function variations(photograph: Photograph): Promise<[Buffer, Buffer, Buffer]> {
  const original = await readFile(fileOf(photograph));
  const at = (n: number) => sharp(original).resize({ width: widths[n]! });
  return Promise.all([
    at(0).jpeg().toBuffer(),
    at(1).modulate({ brightness: 0.75, saturation: 0.6 }).jpeg({ quality: 75 }).toBuffer(),
    at(2).linear(0.8, 30).blur(1).jpeg({ quality: 85 }).toBuffer(),
  ]);
}

type Faces = Promise<Models.DetectedFace[]>;
const detected = new WeakMap<FaceClient, WeakMap<Buffer, Faces>>();

/** The faceId of a person in a shot, by recognition_04: of the face detected where the person is. */
export async function faceIdOf(client: FaceClient, { image, targetFace }: Shot): Promise<string> {
  const mine = detected.get(client) ?? new WeakMap<Buffer, Faces>();
  detected.set(client, mine);
  const faces =
    mine.get(image) ?? client.face.detectWithStream(image, { recognitionModel: 'recognition_04' });
  mine.set(image, faces);
  const [left = 0, top = 0, width = 0, height = 0] = targetFace;
  const away = (face: Models.DetectedFace) => {
    const r = face.faceRectangle;
    return Math.hypot(r.left + r.width / 2 - left - width / 2, r.top + r.height / 2 - top - height / 2);
  };
  return [...(await faces)].sort((p, q) => away(p) - away(q))[0]!.faceId!;
}
