import type { Config } from '../../shared/config.ts';
import type { RecognitionModel } from '../../shared/modelNames.ts';
import { personOf, photographs } from '../data/lfw.ts';
import type { Keep } from '../keep.ts';
import { runAllTasks } from '../workerTasks.ts';
import { readStored, type StoredEmbeddings } from './embedPhotograph.ts';

export interface EmbeddedFace {
  photograph: string;
  person: string;
  embedding: Float32Array;
}

/** The embeddings of every photograph of a data folder in which a face is found, by recognition model. */
export async function embedAll(
  data: string,
  keep: Keep,
  config: Config,
): Promise<(model: RecognitionModel) => EmbeddedFace[]> {
  const files = photographs(data);
  const stored = await keep.get('embeddings', async () => {
    // JSON has no undefined.
    const list = await runAllTasks('embedPhotograph', files, config);
    return list.map((one): StoredEmbeddings | null => one ?? null);
  });
  return (model) =>
    files.flatMap((photograph, i) => {
      const one = stored[i];
      return one ? [{ photograph, person: personOf(photograph), embedding: readStored(one[model]) }] : [];
    });
}
