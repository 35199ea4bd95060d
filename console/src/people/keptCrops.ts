import { effect, signal } from '@preact/signals';
import * as z from 'zod/mini';
import type { Rectangle } from '../api/schemas.ts';
import { database } from '../enrol/database.ts';
import { readStored, writeStored } from '../storage.ts';

/** Whether small pictures of faces are kept in this browser. The service keeps none. */
export const keepsCrops = signal(readStored(localStorage, 'visage.crops', z.boolean(), false));
effect(() => writeStored(localStorage, 'visage.crops', keepsCrops.value));

const side = 96;

export async function keepCrop(
  persistedFaceId: string,
  photo: { url: string },
  at: Rectangle,
): Promise<void> {
  if (!keepsCrops.value) return;
  const image = new Image();
  image.src = photo.url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const size = Math.max(at.width, at.height) * 1.3;
  const left = at.left + at.width / 2 - size / 2;
  const top = at.top + at.height / 2 - size / 2;
  canvas.getContext('2d')!.drawImage(image, left, top, size, size, 0, 0, side, side);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
  if (blob) await (await database()).put('crops', blob, persistedFaceId);
}

export async function cropOf(persistedFaceId: string): Promise<Blob | undefined> {
  return (await database()).get('crops', persistedFaceId);
}

export async function forgetCrops(): Promise<void> {
  keepsCrops.value = false;
  await (await database()).clear('crops');
}

export async function forgetCrop(persistedFaceId: string): Promise<void> {
  await (await database()).delete('crops', persistedFaceId);
}
