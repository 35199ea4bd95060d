import { type CollectionKindName, type CollectionQuotas, collectionQuotas } from '../tiers.ts';

/** A kind of collection. The four kinds share their code; this table holds their differences. */
export interface Kind extends CollectionQuotas {
  /** Names the kind in partition keys, blob names and queue messages. */
  name: CollectionKindName;
  /** The contract's name of the kind in snapshots, and the stem of its error codes. */
  type: 'FaceList' | 'LargeFaceList' | 'PersonGroup' | 'LargePersonGroup';
  /** The name of the kind in messages. */
  title: string;
  idName: 'faceListId' | 'largeFaceListId' | 'personGroupId' | 'largePersonGroupId';
  /** Whether the members are persons with faces, or else faces. */
  persons: boolean;
  /** Whether a training has to make a collection searchable. */
  trained: boolean;
  large: boolean;
  /** The message of the error where a subscription has as many collections as it may. */
  full: string;
}

export const faceList: Kind = {
  name: 'facelist',
  type: 'FaceList',
  title: 'Face list',
  idName: 'faceListId',
  persons: false,
  trained: false,
  large: false,
  ...collectionQuotas.facelist,
  full: 'Face list number reached limit.',
};

export const largeFaceList: Kind = {
  name: 'largefacelist',
  type: 'LargeFaceList',
  title: 'Large face list',
  idName: 'largeFaceListId',
  persons: false,
  trained: true,
  large: true,
  ...collectionQuotas.largefacelist,
  full: 'Large Face List number reached limit.',
};

export const personGroup: Kind = {
  name: 'persongroup',
  type: 'PersonGroup',
  title: 'Person group',
  idName: 'personGroupId',
  persons: true,
  trained: true,
  large: false,
  ...collectionQuotas.persongroup,
  full: 'Person group number reached subscription level limit.',
};

export const largePersonGroup: Kind = {
  name: 'largepersongroup',
  type: 'LargePersonGroup',
  title: 'Large person group',
  idName: 'largePersonGroupId',
  persons: true,
  trained: true,
  large: true,
  ...collectionQuotas.largepersongroup,
  full: 'Large person group number reached subscription level limit.',
};

export const kinds: readonly Kind[] = [faceList, largeFaceList, personGroup, largePersonGroup];

export const kindNamed = (name: CollectionKindName): Kind => kinds.find((kind) => kind.name === name)!;
export const kindOfType = (type: Kind['type']): Kind => kinds.find((kind) => kind.type === type)!;

export const facesPerPerson = 248;
