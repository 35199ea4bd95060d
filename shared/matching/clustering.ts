import { setImmediate as nextTurn } from 'node:timers/promises';
import fitted from '../../models/fitted/calibration.json' with { type: 'json' };
import type { Calibration, RecognitionModel } from '../modelNames.ts';
import { similarityFor } from './confidence.ts';
import { similarity } from './similarity.ts';

export interface Grouping {
  /** Positions of likely one person each, rising; largest group first, equally large ones by their first face. */
  groups: number[][];
  /** Positions without a counterpart, rising. */
  messy: number[];
}

/**
 * The mean confidence that the pairs between two clusters need to merge, offset + perDecade·log10(faces): at least that
 * of two faces alone, and more in a large gallery, where more strangers look alike.
 */
export interface Cohesion {
  readonly least: number;
  readonly offset: number;
  readonly perDecade: number;
}

/** Of the built-in networks, fitted on LFW; docs/fitting.md says how. */
export const cohesions: Readonly<Record<RecognitionModel, Cohesion>> = fitted.cohesion;

/** How long the event loop is held at a time. */
const sliceMs = 10;

/**
 * Divides faces into likely persons by average-linkage clustering (Sokal & Michener 1958). The order of the faces
 * decides ties alone. embeddings: of one model; time and memory grow with the square of their number, so a few
 * thousand at most.
 */
export async function group(
  embeddings: readonly Float32Array[],
  calibration: Calibration,
  { least, offset, perDecade }: Cohesion,
): Promise<Grouping> {
  const pause = pauses();
  const similarities = await similarityMatrix(embeddings, pause);
  const confidence = Math.max(least, offset + perDecade * Math.log10(embeddings.length));
  const threshold = similarityFor(calibration, confidence);
  const clusters = await averageLinkage(similarities, embeddings.length, threshold, pause);
  return {
    groups: clusters.filter(({ length }) => length > 1).sort((a, b) => b.length - a.length),
    messy: clusters.filter(({ length }) => length === 1).flat(),
  };
}

/** Similarities of all pairs, n x n. */
export async function similarityMatrix(
  embeddings: readonly Float32Array[],
  pause: Pause = pauses(),
): Promise<Float32Array> {
  const n = embeddings.length;
  const all = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) all[i * n + j] = all[j * n + i] = similarity(embeddings[i]!, embeddings[j]!);
    await pause();
  }
  return all;
}

/**
 * Merges the two clusters that are each other's nearest until none are `threshold` alike on average, along chains
 * of nearest neighbours (Murtagh 1983): n² steps for what a search for the nearest pair takes n³ for.
 * s: n x n similarities, overwritten. Answers the clusters by their first member, members rising.
 */
export async function averageLinkage(
  s: Float32Array,
  n: number,
  threshold: number,
  pause: Pause = pauses(),
): Promise<number[][]> {
  const members = Array.from({ length: n }, (_, i) => [i]);
  const open = members.map((_, i) => i);
  const finished: number[][] = [];
  const chain: number[] = [];
  const close = (cluster: number) => open.splice(open.indexOf(cluster), 1);

  while (open.length > 0) {
    await pause();
    if (chain.length === 0) chain.push(open[0]!);
    const last = chain.at(-1)!;
    const previous = chain.at(-2);
    // A tie goes to the previous cluster, so that every chain ends.
    let nearest = previous;
    for (const other of open) {
      if (other !== last && (nearest === undefined || s[last * n + other]! > s[last * n + nearest]!))
        nearest = other;
    }
    if (nearest === undefined || s[last * n + nearest]! < threshold) {
      // Merging others brings none of them nearer, so it stays as it is.
      finished.push(members[last]!);
      close(last);
      chain.pop();
    } else if (nearest !== previous) {
      chain.push(nearest);
    } else {
      chain.length -= 2;
      close(last);
      const [kept, gone] = [members[nearest]!, members[last]!];
      for (const other of open) {
        const sum = kept.length * s[nearest * n + other]! + gone.length * s[last * n + other]!;
        s[nearest * n + other] = s[other * n + nearest] = sum / (kept.length + gone.length);
      }
      kept.push(...gone);
    }
  }
  for (const cluster of finished) cluster.sort((a, b) => a - b);
  return finished.sort((a, b) => a[0]! - b[0]!);
}

type Pause = () => Promise<void>;

/** Lets the event loop turn wherever it has been held for a slice. */
function pauses(): Pause {
  let start = performance.now();
  return async () => {
    if (performance.now() - start < sliceMs) return;
    await nextTurn();
    start = performance.now();
  };
}
