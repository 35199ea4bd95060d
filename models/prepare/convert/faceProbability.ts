import { float32, floats, maker, type Net } from './net.ts';

/**
 * Turns pairs of logits (background, face) into probabilities of a face, [.., pairs, ..]:
 * softmax over two is the sigmoid of their difference, and the difference goes into the weights that make them.
 */
export function faceProbability(net: Net, logits: string, name: string): void {
  const node = maker(net, logits);
  if (node?.op !== 'Conv' && node?.op !== 'Gemm') throw new Error(`${logits} is made by ${node?.op}`);
  const weights = floats(net, node.inputs[1]);
  const bias = floats(net, node.inputs[2]).data;
  const rows = bias.length / 2;
  const length = weights.data.length / bias.length;
  net.constants.set(
    `${name}.weights`,
    float32(
      [rows, ...weights.dims.slice(1)],
      Float32Array.from({ length: rows * length }, (_, i) => {
        const row = Math.floor(i / length);
        return (
          weights.data[(2 * row + 1) * length + (i % length)]! -
          weights.data[2 * row * length + (i % length)]!
        );
      }),
    ),
  );
  net.constants.set(
    `${name}.bias`,
    float32(
      [rows],
      Float32Array.from({ length: rows }, (_, row) => bias[2 * row + 1]! - bias[2 * row]!),
    ),
  );
  const index = net.nodes.indexOf(node);
  net.nodes.splice(
    index,
    1,
    { ...node, inputs: [node.inputs[0]!, `${name}.weights`, `${name}.bias`], outputs: [`${name}.logit`] },
    { op: 'Sigmoid', inputs: [`${name}.logit`], outputs: [name], attributes: {} },
  );
}
