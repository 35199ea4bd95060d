import { Builder, type Padding, type Pair, permute } from './builder.ts';
import type { Net, Tensor } from './net.ts';

interface Attribute {
  s?: string;
  shape?: { dim: { size: string }[] };
  list?: { i?: string[]; s?: string[] };
}

export interface GraphNode {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, Attribute>;
}

/**
 * TF.js graph model → ONNX, for one image input. outputs: from node names to the names they get. side: height and
 * width of the image, where they are not the model's own.
 */
export function readTfGraph(
  graph: readonly GraphNode[],
  weights: Map<string, Tensor>,
  outputs: Record<string, string>,
  side?: number,
): Net {
  const builder = new Builder();
  const values = new Map<string, string>();
  for (const node of graph) {
    if (node.op === 'Const') continue;
    const names = (node.input ?? []).map((name) => name.replace(/:0$/, ''));
    const value = (index: number) =>
      values.get(names[index] ?? '') ?? fail(`${node.name} reads ${names[index]} too early`);
    const weight = (index: number) =>
      weights.get(names[index] ?? '') ?? fail(`${node.name} has no weight ${names[index]}`);
    const channels = (index: number) =>
      builder.constant({ dims: [weight(index).data.length, 1, 1], data: weight(index).data });
    const activate = (x: string) => (texts(node, 'fused_ops').includes('Relu') ? builder.relu(x) : x);
    const emit = (): string => {
      switch (node.op) {
        case 'Placeholder': {
          const [, height = 1, width = 1, depth = 1] =
            node.attr?.shape?.shape?.dim.map((dim) => Number(dim.size)) ?? [];
          return builder.input(depth, side ?? height, side ?? width);
        }
        case 'Conv2D':
        case '_FusedConv2D': {
          const bias = node.op === 'Conv2D' ? undefined : weight(2);
          return activate(builder.conv(value(0), permute(weight(1), [3, 2, 0, 1]), bias, windowOf(node)));
        }
        case 'DepthwiseConv2dNative': {
          const filters = permute(weight(1), [2, 3, 0, 1]);
          return builder.conv(value(0), filters, undefined, {
            ...windowOf(node),
            group: filters.dims[0] ?? 1,
          });
        }
        case 'MaxPool': {
          const { stride, padding } = windowOf(node);
          return builder.pool('MaxPool', value(0), pair(node, 'ksize'), stride, padding);
        }
        case '_FusedMatMul':
          return activate(builder.dense(value(0), permute(weight(1), [1, 0]), weight(2)));
        case 'Mul':
        case 'Add':
        case 'AddV2': {
          const second = weights.has(names[1] ?? '') ? channels(1) : value(1);
          return builder.node(node.op === 'Mul' ? 'Mul' : 'Add', [value(0), second], builder.shape(value(0)));
        }
        case 'Minimum':
          return builder.clip(value(0), -(2 ** 127), weight(1).data[0] as number);
        case 'Maximum':
          return builder.clip(value(0), weight(1).data[0] as number, 2 ** 127);
        case 'Relu':
          return builder.relu(value(0));
        case 'Mean':
          return builder.globalAverage(value(0));
        case 'Softmax':
          return builder.softmax(value(0));
        case 'Sigmoid':
          return builder.sigmoid(value(0));
        case 'Identity':
          return value(0);
        default:
          return fail(`operator ${node.op} is not known`);
      }
    };
    values.set(node.name, emit());
  }
  for (const [from, to] of Object.entries(outputs))
    builder.output(to, values.get(from) ?? fail(`there is no node ${from}`));
  return builder.net;
}

const texts = (node: GraphNode, name: string) =>
  (node.attr?.[name]?.list?.s ?? []).map((text) => Buffer.from(text, 'base64').toString());

const pair = (node: GraphNode, name: string): Pair => {
  const [, height = '1', width = '1'] = node.attr?.[name]?.list?.i ?? [];
  return [Number(height), Number(width)];
};

function windowOf(node: GraphNode): { stride: Pair; padding: Padding } {
  const padding = Buffer.from(node.attr?.padding?.s ?? '', 'base64').toString();
  if (padding !== 'SAME' && padding !== 'VALID') fail(`${node.name} pads in a way that is not known`);
  return { stride: pair(node, 'strides'), padding: padding === 'SAME' ? 'same' : 'valid' };
}

function fail(message: string): never {
  throw new Error(`TF.js: ${message}`);
}
