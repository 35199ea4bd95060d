import type { ModelName } from '../../models/catalogue.ts';
import { decodeEmbedding, encodeEmbedding } from '../../shared/embedding.ts';
import { type RecognitionModel, recognitionModels } from '../../shared/modelNames.ts';
import { Pyramid } from '../../shared/vision/raster.ts';
import { type Embedder, embed, recognisers } from '../../shared/vision/recognition.ts';
import type { FaceReader } from '../faceReader.ts';

/** Base64 of the stored embedding by each built-in recognition model. */
export type StoredEmbeddings = Record<RecognitionModel, string>;

/** The main face of a photograph as the service stores it. Undefined where no face is found. */
export async function embedPhotograph(
  reader: FaceReader,
  file: string,
): Promise<StoredEmbeddings | undefined> {
  const found = await reader.read(file);
  if (!found) return undefined;
  const image = new Pyramid(found.image);
  // The models share networks, and a network is given the same crop by each of them.
  const outputs = new Map<ModelName, Promise<Float32Array>>();
  const run = async (model: ModelName, crop: Uint8Array, size: number) =>
    (await (await reader.networks.get(model)).run(crop, size, size)).embedding!.data;
  const stored = {} as StoredEmbeddings;
  for (const name of recognitionModels) {
    const embedders = recognisers[name].map(({ model, ...part }): Embedder => {
      const once = (crop: Uint8Array) => {
        if (!outputs.has(model)) outputs.set(model, run(model, crop, part.size));
        return outputs.get(model)!;
      };
      return { ...part, run: once };
    });
    const embedding = await embed(embedders, image, found.main.points);
    stored[name] = Buffer.from(encodeEmbedding(embedding)).toString('base64');
  }
  return stored;
}

export const readStored = (base64: string) => decodeEmbedding(Buffer.from(base64, 'base64'));
