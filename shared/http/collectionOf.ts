import type { Collection, CollectionDeps } from '../collections/collectionDeps.ts';
import type { Kind } from '../collections/kinds.ts';
import { getCollection } from '../collections/registry.ts';
import type { AppContext } from './appContext.ts';

/** The collection in the path of a request. Throws FaceError 404 `...NotFound`. */
export const collectionOf = (c: AppContext, deps: CollectionDeps, kind: Kind): Promise<Collection> =>
  getCollection(deps, c.var.subscription, kind, collectionIdOf(c, kind));

export const collectionIdOf = (c: AppContext, kind: Kind) => c.req.param(kind.idName)!;
