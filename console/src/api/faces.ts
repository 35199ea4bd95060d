import * as z from 'zod/mini';
import { call } from './call.ts';
import type { AttributeName, DetectionModel, RecognitionModel } from './models.ts';
import { type Face, face, grouping, identified, similar, verdict } from './schemas.ts';

export interface DetectOptions {
  detectionModel: DetectionModel;
  recognitionModel?: RecognitionModel;
  landmarks?: boolean;
  attributes?: readonly AttributeName[];
  faceId?: boolean;
}

export const detectQuery = (options: DetectOptions) => ({
  returnFaceId: options.faceId ?? true,
  returnFaceLandmarks: options.landmarks ? true : undefined,
  returnFaceAttributes: options.attributes?.join(','),
  recognitionModel: options.recognitionModel,
  detectionModel: options.detectionModel,
});

/** image: its bytes or its address. Faces in pixels of the image sent, largest first. */
export async function detect(key: string, image: Blob | string, options: DetectOptions): Promise<Face[]> {
  const body = typeof image === 'string' ? { url: image } : image;
  const request = { method: 'POST', path: 'detect', query: detectQuery(options), body } as const;
  return (await call(key, z.array(face), request)).value;
}

export async function verify(key: string, faceId1: string, faceId2: string) {
  return (await call(key, verdict, { method: 'POST', path: 'verify', body: { faceId1, faceId2 } })).value;
}

export type Gallery = { faceIds: string[] } | { faceListId: string } | { largeFaceListId: string };

export async function findSimilar(
  key: string,
  faceId: string,
  gallery: Gallery,
  mode: 'matchPerson' | 'matchFace',
) {
  const body = { faceId, ...gallery, mode, maxNumOfCandidatesReturned: 100 };
  return (await call(key, similar, { method: 'POST', path: 'findsimilars', body })).value;
}

/** faceIds: 2 to 1,000. */
export async function group(key: string, faceIds: string[]) {
  return (await call(key, grouping, { method: 'POST', path: 'group', body: { faceIds } })).value;
}

/** Any number of faceIds, ten to a call. group: personGroupId or largePersonGroupId. */
export async function identify(
  key: string,
  faceIds: readonly string[],
  group: Record<string, string>,
  confidenceThreshold?: number,
) {
  const results: z.infer<typeof identified> = [];
  for (let i = 0; i < faceIds.length; i += 10) {
    const body = {
      ...group,
      faceIds: faceIds.slice(i, i + 10),
      ...(confidenceThreshold !== undefined && { confidenceThreshold }),
    };
    results.push(...(await call(key, identified, { method: 'POST', path: 'identify', body })).value);
  }
  return results;
}
