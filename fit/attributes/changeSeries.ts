import { frame } from '../../shared/vision/attributes/faceAnalysis.ts';
import { type Light, light } from '../../shared/vision/attributes/light.ts';
import { texture } from '../../shared/vision/attributes/texture.ts';
import { blurred, exposed } from '../data/pictureChanges.ts';
import type { FaceReader } from '../faceReader.ts';

/** Exposure values by which photographs are made darker and brighter. */
export const exposureValues = [-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3] as const;
/** Standard deviations of the blur, in 128ths of the face's side. */
export const blurSigmas = [0, 0.5, 1, 1.5, 2, 3, 4, 6] as const;

/** How light and detail of one face change with exposure and with blur. */
export interface ChangeSeries {
  photograph: string;
  /** By exposure value. */
  lights: Light[];
  /** Octaves of detail by blur. */
  octaves: number[][];
}

/** Of the main face. Undefined where no face is found. */
export async function measureSeries(
  reader: FaceReader,
  photograph: string,
): Promise<ChangeSeries | undefined> {
  const found = await reader.read(photograph);
  if (!found) return undefined;
  const { image, main } = found;
  const lights: Light[] = [];
  for (const value of exposureValues)
    lights.push((await reader.faceAt(exposed(image, value), main.rectangle)).get(light));
  const { side } = (await reader.faceAt(image, main.rectangle)).get(frame);
  const octaves: number[][] = [];
  for (const sigma of blurSigmas) {
    const face = await reader.faceAt(await blurred(image, (sigma * side) / 128), main.rectangle);
    octaves.push([...face.get(texture).octaves]);
  }
  return { photograph, lights, octaves };
}
