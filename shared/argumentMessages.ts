/** The messages of 400 BadArgument that schemas give to what they refuse. */
export const argumentMessages = {
  /** title: such as 'Face' or 'Person group'. */
  invalidId: (title: string) => `${title} ID is invalid.`,
  invalid: (name: string) => `'${name}' is invalid.`,
  empty: (name: string) => `'${name}' is empty.`,
  tooLong: (name: string) => `'${name}' is too long.`,
  /** Of detect and of adding faces. */
  invalidArgument: (name: string) => `Invalid argument ${name}.`,
  /** Of findsimilars and identify. */
  notValid: (name: string) => `The argument ${name} is not valid.`,
  invalidMode: 'Mode is invalid.',
  invalidFaceIdsLength: 'The length of faceIds is not in a valid range.',
  noGallery: 'LargeFaceListId, faceListId and faceIds are all null.',
  severalGalleries: '2 or more of largeFaceListId, faceListId and faceIds are not null.',
  invalidSnapshotRequest: 'Snapshot object ID, type or applyScope is invalid.',
};
