import fitted from '../../../models/attributes/heads.json' with { type: 'json' };
import type { FaceAnalysis } from './faceAnalysis.ts';
import { type BlockName, blocks } from './featureBlocks.ts';
import { logistic } from './rounded.ts';

/** What the heads say: names of heads.json. */
export type HeadName = keyof typeof fitted.heads;

/**
 * The log odds that a head gives a face, calibrated: 0 is even, and the logistic of it a probability that is right as
 * often as it says. A head is linear in the features it names; how it was fitted is in the card beside its weights.
 */
export async function logit(face: FaceAnalysis, name: HeadName): Promise<number> {
  const { offset, parts } = headOf(name);
  let sum = offset;
  for (const { block, weights } of parts) {
    const features = await face.get(blocks[block]);
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * features[i]!;
  }
  return sum;
}

/** The log odds that some heads give a face, in their order. */
export async function logits(face: FaceAnalysis, names: readonly HeadName[]): Promise<number[]> {
  const list: number[] = [];
  for (const name of names) list.push(await logit(face, name));
  return list;
}

export async function probability(face: FaceAnalysis, name: HeadName): Promise<number> {
  return logistic(await logit(face, name));
}

/** Whether a head's thing is there, by the threshold that tells best. */
export async function isPresent(face: FaceAnalysis, name: HeadName): Promise<boolean> {
  return (await probability(face, name)) > fitted.heads[name].threshold;
}

interface Head {
  offset: number;
  parts: { block: BlockName; weights: Float32Array }[];
}

const heads = new Map<HeadName, Head>();

/** Weights are kept as bytes over standardised features; here they become weights of the features as they come. */
function headOf(name: HeadName): Head {
  let head = heads.get(name);
  if (head) return head;
  const stored: { offset: number; blocks: Partial<Record<BlockName, { step: number; codes: string }>> } =
    fitted.heads[name];
  let { offset } = stored;
  const parts = (Object.keys(stored.blocks) as BlockName[]).map((block) => {
    const { step, codes } = stored.blocks[block]!;
    const { means, scales } = scalingOf(block);
    const weights = Float32Array.from(new Int8Array(bytesOf(codes)), (code, i) => code * step * scales[i]!);
    for (let i = 0; i < weights.length; i++) offset -= weights[i]! * means[i]!;
    return { block, weights };
  });
  head = { offset, parts };
  heads.set(name, head);
  return head;
}

function scalingOf(block: BlockName): { means: Float32Array; scales: Float32Array } {
  const { means, scales } = fitted.scaling[block];
  return { means: new Float32Array(bytesOf(means)), scales: new Float32Array(bytesOf(scales)) };
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
}
