/** A file and where it lay, from the folder that was chosen on: `friends/ann/1.jpg`. */
export interface Found {
  path: string;
  file: File;
}

/** What a folder holds beside photographs and nobody put there. */
export const isHidden = (path: string) =>
  path.split('/').some((part) => part.startsWith('.')) || /(^|\/)(thumbs\.db|desktop\.ini)$/i.test(path);

export const looksLikeImage = ({ file, path }: Found) =>
  file.type.startsWith('image/') || /\.(jpe?g|png|gif|bmp|webp|hei[cf]|avif)$/i.test(path);
