import { effect, signal } from '@preact/signals';
import { type ApiError, asApiError } from '../api/apiError.ts';
import { type DetectOptions, detect } from '../api/faces.ts';
import { attributeNames } from '../api/models.ts';
import type { Face } from '../api/schemas.ts';
import type { Found } from '../images/found.ts';
import { inLanes } from '../images/lanes.ts';
import { closePhoto, openPhoto, type Photo, toShown } from '../images/photo.ts';
import { active } from '../keys/profiles.ts';

/** An image that was given to Detect, and what became of it. */
export interface Shot {
  id: number;
  name: string;
  source: File | string;
  state: 'waiting' | 'busy' | 'done' | 'failed';
  /** undefined for an image by URL: the page loads nothing from elsewhere. */
  photo?: Photo;
  /** In pixels of the photograph as it is shown. */
  faces?: Face[];
  error?: ApiError;
  /** Of the last detection. */
  options?: DetectOptions;
}

export const shots = signal<Shot[]>([]);
export const shown = signal(0);
export const options = signal<DetectOptions>({
  detectionModel: 'detection_01',
  recognitionModel: 'recognition_04',
  landmarks: true,
  attributes: attributeNames,
});

let lastId = 0;
let abort = new AbortController();

/** Puts images behind those that are there and shows the first of them. */
export function add(found: readonly (Found | { url: string })[]): void {
  const added = found.map((each): Shot => {
    const source = 'url' in each ? each.url : each.file;
    return { id: ++lastId, name: 'url' in each ? each.url : each.path, source, state: 'waiting' };
  });
  shots.value = [...shots.value, ...added];
  if (added[0]) shown.value = added[0].id;
  void detectWaiting();
}

/** Replaces everything by these. */
export function start(found: readonly Found[]): void {
  clear();
  add(found);
}

export function clear(): void {
  abort.abort();
  abort = new AbortController();
  for (const { photo } of shots.value) closePhoto(photo);
  shots.value = [];
}

/** Detects again what is there, with the options as they are now. */
export function again(which: (shot: Shot) => boolean = () => true): void {
  shots.value = shots.value.map((shot) => (which(shot) ? { ...shot, state: 'waiting' } : shot));
  void detectWaiting();
}

let working = false;
async function detectWaiting(): Promise<void> {
  if (working) return;
  working = true;
  try {
    for (;;) {
      const waiting = shots.value.filter(({ state }) => state === 'waiting');
      if (waiting.length === 0) return;
      await inLanes(waiting, 3, detectOne);
    }
  } finally {
    working = false;
  }
}

async function detectOne({ id }: Shot): Promise<void> {
  const shot = shots.value.find((each) => each.id === id);
  const profile = active.value;
  if (shot?.state !== 'waiting' || !profile) return;
  const chosen = options.value;
  update(id, { state: 'busy' });
  try {
    const photo = shot.photo ?? (typeof shot.source === 'string' ? undefined : await openPhoto(shot.source));
    if (photo) update(id, { photo });
    const faces = await detect(profile.key, photo?.sent ?? String(shot.source), chosen);
    update(id, {
      state: 'done',
      faces: photo ? faces.map((face) => toShown(photo, face)) : faces,
      options: chosen,
    });
  } catch (error) {
    update(id, { state: 'failed', error: asApiError(error) });
  }
}

function update(id: number, change: Partial<Shot>): void {
  shots.value = shots.value.map((shot) => (shot.id === id ? { ...shot, ...change } : shot));
}

// Another key is another subscription: its faceIds are none of the other's.
let owner = active.value?.id;
effect(() => {
  if (active.value?.id === owner) return;
  owner = active.value?.id;
  clear();
});
