import { imageTooBig } from '../errors.ts';
import type { AppContext } from './appContext.ts';
import { maxImageBytes } from './contract/image.schema.ts';
import type { Download } from './download.ts';
import { readBounded } from './readBounded.ts';

/**
 * Reads the image of a request: downloads `url`, which is that of the validated JSON body, or reads the body itself where
 * `url` is undefined. Handlers call it after all other checks, which hono/body-limit as a middleware would precede.
 * Throws FaceError 400 InvalidImageSize | InvalidURL.
 */
export async function readImage(
  c: AppContext,
  url: string | undefined,
  download: Download,
): Promise<Uint8Array> {
  if (url !== undefined) return await download(url);
  if (Number(c.req.header('content-length')) > maxImageBytes) throw imageTooBig();
  return await readBounded(c.req.raw.body, maxImageBytes, () => imageTooBig());
}
