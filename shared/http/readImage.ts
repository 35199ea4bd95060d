import { imageTooBig } from '../errors.ts';
import type { AppContext } from './appContext.ts';
import { maxImage } from './contract/image.schema.ts';
import type { Download } from './download.ts';
import { readBounded } from './readBounded.ts';

/**
 * The image of a request: the body's bytes, or what the URL of its JSON leads to.
 * url: of the validated body, undefined where the body is the image. Throws FaceError 400 InvalidImageSize | InvalidURL.
 */
export async function readImage(
  c: AppContext,
  url: string | undefined,
  download: Download,
): Promise<Uint8Array> {
  if (url !== undefined) return await download(url);
  if (Number(c.req.header('content-length')) > maxImage) throw imageTooBig();
  return await readBounded(c.req.raw.body, maxImage, () => imageTooBig());
}
