import { similarity } from './similarity.ts';

export interface Match {
  /** Position in the gallery. */
  index: number;
  similarity: number;
}

/** The k most similar of a gallery to a probe, best first; equally similar ones in gallery order. Exact. */
export function search(probe: Float32Array, gallery: readonly Float32Array[], k: number): Match[] {
  return gallery
    .map((embedding, index) => ({ index, similarity: similarity(probe, embedding) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, k);
}
