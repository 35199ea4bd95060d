import { fresh, scaleOutputs } from './convWeights.ts';
import { float32, floats, isOutput, maker, type Net, type Node, readers, rename } from './net.ts';

/**
 * Works constant factors, offsets and batch normalisation that follow a Conv or Gemm into its weights,
 * and clips that follow one another into one. In place; exact up to rounding.
 */
export function foldAffine(net: Net): void {
  for (const node of [...net.nodes]) {
    if (node.op === 'Clip') foldClip(net, node);
    const step = affineOf(net, node);
    if (!step) continue;
    const source = maker(net, step.input);
    if (!source || !['Conv', 'Gemm'].includes(source.op)) continue;
    if (readers(net, step.input).length > 1 || isOutput(net, step.input)) continue;
    scaleOutputs(net, source, step.factor, step.offset);
    bypass(net, node, step.input);
  }
}

interface Affine {
  input: string;
  factor: (row: number) => number;
  offset: (row: number) => number;
}

/** What a node does when it is y = factor[channel] · x + offset[channel]. */
function affineOf(net: Net, node: Node): Affine | undefined {
  if (node.op === 'BatchNormalization') {
    const [gamma, beta, mean, variance] = node.inputs.slice(1).map((name) => floats(net, name).data);
    const { epsilon } = node.attributes;
    const tiny = typeof epsilon === 'object' && 'float' in epsilon ? epsilon.float : 1e-5;
    const factor = (row: number) => gamma![row]! / Math.sqrt(variance![row]! + tiny);
    return { input: node.inputs[0]!, factor, offset: (row) => beta![row]! - mean![row]! * factor(row) };
  }
  if (node.op !== 'Mul' && node.op !== 'Add') return undefined;
  const constant = node.inputs.find((name) => net.constants.has(name));
  const input = node.inputs.find((name) => name !== constant);
  if (!constant || !input) return undefined;
  const { dims, data } = floats(net, constant);
  if (data.length > 1 && !(dims.length === 3 && dims[0] === data.length)) return undefined;
  const at = (row: number) => data[data.length > 1 ? row : 0]!;
  return node.op === 'Mul' ? { input, factor: at, offset: () => 0 } : { input, factor: () => 1, offset: at };
}

/** Relu or Clip, then Clip → Clip. */
function foldClip(net: Net, node: Node): void {
  const source = maker(net, node.inputs[0]);
  if (!source || (source.op !== 'Relu' && source.op !== 'Clip')) return;
  if (readers(net, source.outputs[0]!).length > 1 || isOutput(net, source.outputs[0]!)) return;
  const bound = (clip: Node, i: 1 | 2) => floats(net, clip.inputs[i]).data[0]!;
  const [low, high] = source.op === 'Relu' ? [0, 2 ** 127] : [bound(source, 1), bound(source, 2)];
  const bounds = [Math.max(low, bound(node, 1)), Math.min(high, bound(node, 2))];
  node.inputs = [source.inputs[0]!, ...bounds.map((value) => fresh(net, 'bound', float32([], [value])))];
}

/** Takes a node out: whoever read it reads its input's maker under the node's name. */
function bypass(net: Net, node: Node, input: string): void {
  net.nodes = net.nodes.filter((other) => other !== node);
  rename(net, input, node.outputs[0]!);
}
