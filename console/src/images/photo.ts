import { ApiError } from '../api/apiError.ts';
import type { Face, Rectangle } from '../api/schemas.ts';
import { bytes } from '../ui/text.ts';

/** A photograph as it is shown, and as it is sent. */
export interface Photo {
  name: string;
  /** Object URL of the file as it was chosen; the browser draws it upright. */
  url: string;
  /** In pixels, upright: boxes are in these. */
  width: number;
  height: number;
  sent: Blob;
  /** How many of these pixels one pixel of what is sent covers. */
  factor: number;
  /** What was done to it before sending, to be said. */
  changed?: string;
}

/** The service takes 6 MB and 64 megapixels at most. */
const most = { bytes: 6 * 2 ** 20, pixels: 60e6 };
const taken = /^image\/(jpeg|png|gif|bmp)$/;

/**
 * A file as a photograph. What is too big, or of a format that the browser reads and the service does not, is drawn
 * anew as a JPEG. Throws ApiError for HEIC and for what the browser cannot read.
 */
export async function openPhoto(file: File): Promise<Photo> {
  if (await isHeic(file))
    throw new ApiError(
      0,
      'HEIC',
      `${file.name} is a HEIC photograph, which the service does not read. Export or share it as JPEG.`,
    );
  const url = URL.createObjectURL(file);
  const image = await decode(url).catch(() => {
    URL.revokeObjectURL(url);
    throw new ApiError(0, 'NoImage', `${file.name} is not an image that this browser reads.`);
  });
  const { naturalWidth: width, naturalHeight: height } = image;
  const shown = { name: file.name, url, width, height };
  const tooBig = file.size > most.bytes || width * height > most.pixels;
  if (!tooBig && taken.test(file.type)) return { ...shown, sent: file, factor: 1 };
  const { sent, scale } = await redraw(image, tooBig);
  const changed = tooBig
    ? `Made smaller before sending: ${width} × ${height} (${bytes(file.size)}) became ${Math.round(width * scale)} × ${Math.round(height * scale)} (${bytes(sent.size)}).`
    : `Sent as JPEG: the service does not read ${file.type || 'this format'}.`;
  return { ...shown, sent, factor: 1 / scale, changed };
}

export const closePhoto = (photo: Photo | undefined) => photo && URL.revokeObjectURL(photo.url);

/** Boxes and landmarks of what was sent, in pixels of what is shown. */
export function toShown(photo: Photo, face: Face): Face {
  if (photo.factor === 1) return face;
  const landmarks = Object.entries(face.faceLandmarks ?? {}).map(([name, { x, y }]) => [
    name,
    { x: x * photo.factor, y: y * photo.factor },
  ]);
  return {
    ...face,
    faceRectangle: scaled(face.faceRectangle, photo.factor),
    ...(face.faceLandmarks && { faceLandmarks: Object.fromEntries(landmarks) }),
  };
}

/** A box as the query `targetFace` wants it: left,top,width,height in pixels of what is sent. */
export function targetFace(photo: Photo, at: Rectangle): string {
  const { left, top, width, height } = scaled(at, 1 / photo.factor);
  return [left, top, width, height].map((x) => Math.max(0, Math.round(x))).join();
}

function scaled({ left, top, width, height }: Rectangle, by: number): Rectangle {
  return { left: left * by, top: top * by, width: width * by, height: height * by };
}

/** By name, by type or by what the file says of itself. */
async function isHeic(file: File): Promise<boolean> {
  if (/\.(heic|heif)$/i.test(file.name) || /^image\/hei[cf]/.test(file.type)) return true;
  const head = new TextDecoder('latin1').decode(await file.slice(4, 12).arrayBuffer());
  return /^ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1)$/.test(head);
}

async function decode(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** smaller: until it fits. Answers the JPEG and its scale. */
async function redraw(image: HTMLImageElement, smaller: boolean): Promise<{ sent: Blob; scale: number }> {
  const { naturalWidth, naturalHeight } = image;
  let scale = smaller ? Math.min(1, 3000 / Math.max(naturalWidth, naturalHeight)) : 1;
  for (;;) {
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(naturalWidth * scale);
    canvas.height = Math.round(naturalHeight * scale);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const sent = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
    if (!sent) throw new ApiError(0, 'NoImage', 'This photograph is too large for this browser.');
    if (sent.size <= most.bytes) return { sent, scale };
    scale *= 0.75;
  }
}
