import { resizeOutputs } from './convWeights.ts';
import { depthwise, floats, isOutput, maker, type Net, type Node, readers, simple } from './net.ts';

/**
 * Takes out zero padding inside a network, which ONNX Runtime's blocked convolutions know nothing of. In place.
 * Rows and columns: a depthwise 1x1 convolution pads as it runs. Channels: where a padded value is added to a
 * convolution, the convolution is split into the channels with and those without something to add:
 * relu(pad(p) + conv(t)) = concat(relu(p + conv_1(t)), relu(conv_2(t))).
 */
export function splitPads(net: Net): void {
  for (const pad of net.nodes.filter((node) => node.op === 'Pad')) {
    const amounts = Array.from(net.constants.get(pad.inputs[1] ?? '')?.data ?? [], Number);
    const [, , , , , channels = 0, rows = 0, columns = 0] = amounts;
    if (amounts.slice(0, 5).some(Boolean) || rows !== columns) continue;
    if (channels === 0) padAsConvolution(net, pad, rows);
    else if (rows === 0) splitAddition(net, pad, channels);
  }
}

function padAsConvolution(net: Net, pad: Node, behind: number): void {
  const [x = ''] = pad.inputs;
  const source = maker(net, x);
  if (source?.op !== 'Conv') return;
  const channels = floats(net, source.inputs[1]).dims[0] ?? 1;
  const ones = new Float32Array(channels).fill(1);
  net.nodes.splice(net.nodes.indexOf(pad), 1, depthwise(net, x, pad.outputs[0]!, ones, behind));
}

function splitAddition(net: Net, pad: Node, without: number): void {
  const [p = ''] = pad.inputs;
  const [add, ...others] = readers(net, pad.outputs[0]!);
  const conv = maker(
    net,
    add?.inputs.find((name) => name !== pad.outputs[0]),
  );
  if (add?.op !== 'Add' || others.length > 0 || conv?.op !== 'Conv' || conv.attributes.group !== 1) return;
  if (readers(net, conv.outputs[0]!).length > 1 || isOutput(net, conv.outputs[0]!)) return;
  const [relu, ...more] = readers(net, add.outputs[0]!);
  const activated = relu?.op === 'Relu' && more.length === 0;
  const last = activated ? relu : add;
  const name = last.outputs[0]!;
  const total = floats(net, conv.inputs[1]).dims[0] ?? 1;
  const part = (half: string, count: number, first: number): Node => {
    const node = { ...conv, inputs: [...conv.inputs], outputs: [`${name}.${half}`] };
    resizeOutputs(net, node, count, first);
    return node;
  };
  const steps = [
    part('with', total - without, 0),
    simple('Add', [`${name}.with`, p], `${name}.sum`),
    part('without', without, total - without),
  ];
  const halves = [`${name}.sum`, `${name}.without`];
  if (activated) for (const half of halves) steps.push(simple('Relu', [half], `${half}.relu`));
  const ends = activated ? halves.map((half) => `${half}.relu`) : halves;
  steps.push({ op: 'Concat', inputs: ends, outputs: [name], attributes: { axis: 1 } });
  net.nodes.splice(net.nodes.indexOf(last), 1, ...steps);
  net.nodes = net.nodes.filter((node) => node !== pad && node !== conv && node !== add);
}
