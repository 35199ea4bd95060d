import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { fileOf } from '../contract/photographs.ts';
import type { Server } from '../server.ts';

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const names = ['Ann Bell', 'Cem Demir', 'Eva Fox'] as const;

/**
 * Writes a folder of folders: three people, each on two photographs of her alone, and what belongs to no plan. The
 * people are those of one photograph, cut out by where the service finds their faces.
 */
export async function makeFolder(server: Server, folder: string): Promise<string> {
  const root = join(folder, 'friends');
  const original = await readFile(fileOf(6));
  const response = await fetch(`${server.url}/face/v1.0/detect?returnFaceId=false`, {
    method: 'POST',
    headers: { 'Ocp-Apim-Subscription-Key': server.keys[0], 'Content-Type': 'application/octet-stream' },
    body: original,
  });
  const faces = ((await response.json()) as { faceRectangle: Box }[])
    .map(({ faceRectangle }) => faceRectangle)
    .toSorted((a, b) => a.left - b.left);
  const { width = 0, height = 0 } = await sharp(original).metadata();
  for (const [i, name] of names.entries()) {
    const person = join(root, name);
    await mkdir(person, { recursive: true });
    const { left, top, width: side } = faces[i]!;
    const crop = {
      left: Math.max(0, Math.round(left - side * 0.35)),
      top: Math.max(0, Math.round(top - side * 0.5)),
      width: 0,
      height: 0,
    };
    crop.width = Math.min(width - crop.left, Math.round(side * 1.7));
    crop.height = Math.min(height - crop.top, Math.round(side * 2));
    const cut = sharp(original).extract(crop).resize({ width: 420 });
    await cut.clone().jpeg().toFile(join(person, '1.jpg'));
    await cut.clone().modulate({ brightness: 0.85 }).jpeg({ quality: 80 }).toFile(join(person, '2.jpg'));
  }
  const ann = join(root, names[0]);
  await writeFile(join(ann, 'again.jpg'), await readFile(join(ann, '1.jpg')));
  await writeFile(join(ann, 'notes.txt'), 'x'.repeat(2_000));
  await writeFile(join(ann, '.DS_Store'), 'x'.repeat(2_000));
  await writeFile(join(ann, 'IMG_1.heic'), 'x'.repeat(2_000));
  await writeFile(join(root, 'loose.jpg'), await readFile(join(ann, '1.jpg')));
  return root;
}
