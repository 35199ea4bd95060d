import type { Kind } from '../api/collectionKinds.ts';
import { addFace } from '../api/collections.ts';
import { detect } from '../api/faces.ts';
import { sleep } from '../api/pace.ts';
import { getPerson, personPath } from '../api/personCalls.ts';
import type { Rectangle } from '../api/schemas.ts';
import { closePhoto, openPhoto, targetFace, toShown } from '../images/photo.ts';
import { keepCrop } from '../people/keptCrops.ts';
import { marksOf } from './check.ts';
import { type JobFile, markOf } from './job.ts';
import { updateFile } from './jobStore.ts';

export interface Setting {
  key: string;
  kind: Kind;
  group: string;
  allowLow: boolean;
  /** The id of a person of the job. */
  personOf(index: number): Promise<string>;
  aborted: AbortSignal;
}

/** Looks at a photograph and adds its face to its person, or says what keeps it from that. Throws ApiError. */
export async function enrolFile(setting: Setting, file: JobFile): Promise<void> {
  const { key, kind, group } = setting;
  if (file.sentAt !== undefined && (await isThere(setting, file, file.sentAt))) {
    await updateFile(file, { state: 'done', blob: undefined });
    return;
  }
  const name = file.path.split('/').pop()!;
  const photo = await openPhoto(new File([file.blob!], name, { type: file.blob!.type }));
  try {
    const found = await detect(key, photo.sent, {
      detectionModel: 'detection_01',
      faceId: false,
      attributes: ['qualityForRecognition'],
    });
    const faces = found.map((face) => toShown(photo, face));
    const boxes = faces.map(({ faceRectangle }) => faceRectangle);
    const at = file.target ?? (boxes.length === 1 ? boxes[0] : undefined);
    if (!at) {
      await updateFile(file, boxes.length === 0 ? nobody : { state: 'choose', faces: boxes });
      return;
    }
    const quality = faces.find(({ faceRectangle }) => near(faceRectangle, at))?.faceAttributes
      ?.qualityForRecognition;
    if (quality === 'low' && !setting.allowLow && !file.anyQuality) {
      await updateFile(file, { ...tooPoor, quality });
      return;
    }
    setting.aborted.throwIfAborted();
    const personId = await setting.personOf(file.person);
    await updateFile(file, { state: 'sending', sentAt: Date.now(), quality });
    const persistedFaceId = await addFace(key, personPath(kind, group, personId), photo.sent, {
      userData: markOf(file),
      targetFace: targetFace(photo, at),
      detectionModel: 'detection_01',
    });
    await keepCrop(persistedFaceId, photo, at);
    await updateFile(file, { state: 'done', persistedFaceId, blob: undefined });
  } finally {
    closePhoto(photo);
  }
}

const nobody: Partial<JobFile> = {
  state: 'failed',
  reason: { code: 'NoFace', message: 'No face was found in this photograph.' },
};
const tooPoor: Partial<JobFile> = {
  state: 'skipped',
  reason: { code: 'LowQuality', message: 'The face is too small, blurred or turned to be recognised well.' },
};

/** How long the service may still be at work on a call that was broken off, in ms. */
const afterglow = 5_000;

/** Whether a face of this file was added by a call whose answer never came. */
async function isThere(setting: Setting, file: JobFile, sentAt: number): Promise<boolean> {
  const { key, kind, group, personOf, aborted } = setting;
  await sleep(Math.max(0, sentAt + afterglow - Date.now()), aborted);
  const person = await getPerson(key, kind, group, await personOf(file.person));
  return (await marksOf(key, kind, group, person)).has(file.sha256 ?? file.path);
}

const near = (a: Rectangle, b: Rectangle) =>
  Math.abs(a.left - b.left) < a.width / 4 && Math.abs(a.top - b.top) < a.height / 4;
