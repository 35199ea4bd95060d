import type { Collection, CollectionDeps as Collections } from '../collections/collectionDeps.ts';
import type { Kind } from '../collections/kinds.ts';
import { getCollection } from '../collections/registry.ts';
import type { AppContext } from './appContext.ts';

/** The collection that the path of a request names. Throws FaceError 404 `...NotFound`. */
export const collectionOf = (c: AppContext, collections: Collections, kind: Kind): Promise<Collection> =>
  getCollection(collections, c.var.subscription, kind, idIn(c, kind));

export const idIn = (c: AppContext, kind: Kind) => c.req.param(kind.idName)!;
