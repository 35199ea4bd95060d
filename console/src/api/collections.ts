import * as z from 'zod/mini';
import { isMissing } from './apiError.ts';
import { type Call, call, nothing } from './call.ts';
import type { Kind } from './collectionKinds.ts';
import type { RecognitionModel } from './models.ts';
import { persistedFace, type Training, training } from './schemas.ts';

/** A group or list, under one name for its id whatever its kind. */
export interface Collection {
  kind: Kind;
  id: string;
  name: string;
  userData?: string;
  recognitionModel?: RecognitionModel;
}

const collection = z.looseObject({
  name: z.string(),
  userData: z.optional(z.string()),
  recognitionModel: z.optional(z.string()),
  persistedFaces: z.optional(z.array(persistedFace)),
});

function read(kind: Kind, raw: z.infer<typeof collection>): Collection {
  return {
    kind,
    id: String(raw[kind.idName]),
    name: raw.name,
    ...(raw.userData !== undefined && { userData: raw.userData }),
    ...(raw.recognitionModel !== undefined && { recognitionModel: raw.recognitionModel as RecognitionModel }),
  };
}

const one = (kind: Kind, id: string) => `${kind.path}/${encodeURIComponent(id)}`;

/** Those with an id beyond start, in the order of their ids. */
export async function listCollections(key: string, kind: Kind, start = '', top = 1000) {
  const query = { start, top, returnRecognitionModel: true };
  const { value } = await call(key, z.array(collection), { path: kind.path, query });
  return value.map((raw) => read(kind, raw));
}

export async function getCollection(key: string, kind: Kind, id: string) {
  const { value } = await call(key, collection, {
    path: one(kind, id),
    query: { returnRecognitionModel: true },
  });
  return { ...read(kind, value), persistedFaces: value.persistedFaces ?? [] };
}

export interface Described {
  name?: string;
  userData?: string;
}

export const createCollection = (
  key: string,
  kind: Kind,
  id: string,
  body: Described & { recognitionModel: RecognitionModel },
) => call(key, nothing, { method: 'PUT', path: one(kind, id), body });

export const updateCollection = (key: string, kind: Kind, id: string, body: Described) =>
  call(key, nothing, { method: 'PATCH', path: one(kind, id), body });

export const deleteCollection = (key: string, kind: Kind, id: string) =>
  call(key, nothing, { method: 'DELETE', path: one(kind, id) });

export const train = (key: string, kind: Kind, id: string) =>
  call(key, nothing, { method: 'POST', path: `${one(kind, id)}/train` });

/** undefined: it was never trained. */
export async function getTraining(key: string, kind: Kind, id: string): Promise<Training | undefined> {
  try {
    return (await call(key, training, { path: `${one(kind, id)}/training` })).value;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function listFaces(key: string, kind: Kind, id: string, start = '', top = 1000) {
  const path = `${one(kind, id)}/persistedfaces`;
  return (await call(key, z.array(persistedFace), { path, query: { start, top } })).value;
}

/** Adds a face of an image to what has persisted faces: a list, or a person of a group. */
export async function addFace(
  key: string,
  owner: string,
  image: Blob,
  query: NonNullable<Call['query']>,
): Promise<string> {
  const request = { method: 'POST', path: `${owner}/persistedfaces`, query, body: image } as const;
  return (await call(key, z.object({ persistedFaceId: z.string() }), request)).value.persistedFaceId;
}

export const deleteFace = (key: string, owner: string, persistedFaceId: string) =>
  call(key, nothing, { method: 'DELETE', path: `${owner}/persistedfaces/${persistedFaceId}` });

export async function getFace(key: string, owner: string, persistedFaceId: string) {
  return (await call(key, persistedFace, { path: `${owner}/persistedfaces/${persistedFaceId}` })).value;
}

/** The path of a collection as the owner of faces. */
export const ownerOf = (kind: Kind, id: string) => one(kind, id);
