/** A kind of collection, as the API names it. */
export interface Kind {
  path: 'persongroups' | 'largepersongroups' | 'facelists' | 'largefacelists';
  idName: 'personGroupId' | 'largePersonGroupId' | 'faceListId' | 'largeFaceListId';
  /** As snapshots call it. */
  type: 'PersonGroup' | 'LargePersonGroup' | 'FaceList' | 'LargeFaceList';
  title: string;
  large: boolean;
  holds: 'persons' | 'faces';
  trained: boolean;
}

export const personGroup: Kind = {
  path: 'persongroups',
  idName: 'personGroupId',
  type: 'PersonGroup',
  title: 'Person group',
  large: false,
  holds: 'persons',
  trained: true,
};
export const largePersonGroup: Kind = {
  path: 'largepersongroups',
  idName: 'largePersonGroupId',
  type: 'LargePersonGroup',
  title: 'Large person group',
  large: true,
  holds: 'persons',
  trained: true,
};
export const faceList: Kind = {
  path: 'facelists',
  idName: 'faceListId',
  type: 'FaceList',
  title: 'Face list',
  large: false,
  holds: 'faces',
  trained: false,
};
export const largeFaceList: Kind = {
  path: 'largefacelists',
  idName: 'largeFaceListId',
  type: 'LargeFaceList',
  title: 'Large face list',
  large: true,
  holds: 'faces',
  trained: true,
};

export const groupKinds = [personGroup, largePersonGroup] as const;
export const listKinds = [faceList, largeFaceList] as const;
export const allKinds = [...groupKinds, ...listKinds] as const;

export const kindOfPath = (path: string | undefined) => allKinds.find((kind) => kind.path === path);
export const kindOfType = (type: string) =>
  allKinds.find((kind) => kind.type.toLowerCase() === type.toLowerCase());
