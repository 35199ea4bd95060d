import sharp from 'sharp';

/** A JPEG that is stored the way a camera held otherwise stores it: upright only once its orientation is heeded. */
export async function oriented(upright: Buffer, orientation: number): Promise<Buffer> {
  // What undoes each of EXIF's eight orientations: turn by these degrees, then mirror or not.
  const undo = [
    [0, false],
    [0, true],
    [180, false],
    [180, true],
    [90, true],
    [270, false],
    [270, true],
    [90, false],
  ] as const;
  const [degrees, mirrored] = undo[orientation - 1]!;
  const turned = await sharp(upright).rotate(degrees).toBuffer();
  const stored = sharp(turned);
  if (mirrored) stored.flop();
  return stored.withMetadata({ orientation }).jpeg({ quality: 92 }).toBuffer();
}

/** A photograph made larger than the service takes: width in pixels, with grain that no JPEG makes small. */
export async function oversized(upright: Buffer, width: number): Promise<Buffer> {
  const large = sharp(upright).resize({ width });
  const { info } = await large.clone().toBuffer({ resolveWithObject: true });
  const grain = await sharp({
    create: {
      width: info.width,
      height: info.height,
      channels: 3,
      background: 'gray',
      noise: { type: 'gaussian', mean: 128, sigma: 26 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return large
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
