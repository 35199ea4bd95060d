import fitted from '../../../models/attributes/heads.json' with { type: 'json' };
import { logistic } from '../logOdds.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { type BlockName, blocks } from './featureBlocks.ts';

/** The heads of heads.json: binary logistic classifiers. */
export type HeadName = keyof typeof fitted.heads;

/**
 * The log odds that a head gives a face, calibrated (Platt scaling). A head is linear in the features of its blocks;
 * models/attributes/README.md says how it was fitted.
 */
export async function headLogit(face: FaceAnalysis, name: HeadName): Promise<number> {
  const { offset, parts } = headOf(name);
  let sum = offset;
  for (const { block, weights } of parts) {
    const features = await face.get(blocks[block]);
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * features[i]!;
  }
  return sum;
}

/** The log odds of several heads, in the order of their names. */
export async function headLogits(face: FaceAnalysis, names: readonly HeadName[]): Promise<number[]> {
  const logits: number[] = [];
  for (const name of names) logits.push(await headLogit(face, name));
  return logits;
}

export async function probability(face: FaceAnalysis, name: HeadName): Promise<number> {
  return logistic(await headLogit(face, name));
}

/** Whether the probability of a head exceeds the head's threshold, which has the best balanced accuracy. */
export async function isPresent(face: FaceAnalysis, name: HeadName): Promise<boolean> {
  return (await probability(face, name)) > fitted.heads[name].threshold;
}

interface Head {
  offset: number;
  parts: { block: BlockName; weights: Float32Array }[];
}

const decodedHeads = new Map<HeadName, Head>();

/** heads.json has quantised weights of standardised features; the result has weights of the raw features. */
function headOf(name: HeadName): Head {
  let head = decodedHeads.get(name);
  if (head) return head;
  const stored: { offset: number; blocks: Partial<Record<BlockName, { step: number; codes: string }>> } =
    fitted.heads[name];
  let { offset } = stored;
  const parts = (Object.keys(stored.blocks) as BlockName[]).map((block) => {
    const { step, codes } = stored.blocks[block]!;
    const { means, scales } = standardisationOf(block);
    const weights = Float32Array.from(new Int8Array(bytesOf(codes)), (code, i) => code * step * scales[i]!);
    for (let i = 0; i < weights.length; i++) offset -= weights[i]! * means[i]!;
    return { block, weights };
  });
  head = { offset, parts };
  decodedHeads.set(name, head);
  return head;
}

function standardisationOf(block: BlockName): { means: Float32Array; scales: Float32Array } {
  const { means, scales } = fitted.scaling[block];
  return { means: new Float32Array(bytesOf(means)), scales: new Float32Array(bytesOf(scales)) };
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
}
