import type { Collection, Context as Collections } from '../collections/context.ts';
import type { Kind } from '../collections/kinds.ts';
import { getCollection } from '../collections/registry.ts';
import type { Context } from './services.ts';

/** The collection that the path of a request names. Throws FaceError 404 `...NotFound`. */
export const collectionOf = (c: Context, collections: Collections, kind: Kind): Promise<Collection> =>
  getCollection(collections, c.var.subscription, kind, idIn(c, kind));

export const idIn = (c: Context, kind: Kind) => c.req.param(kind.idName)!;
