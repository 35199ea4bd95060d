import { fresh, resizeInputs, resizeOutputs, scaleInputs, scaleOutputs } from './convWeights.ts';
import { depthwise, float32, floats, isOutput, maker, type Net, type Node, readers, simple } from './net.ts';

/** Finds `relu(x) - a·relu(-x)` and `relu(x) + a/2·(x - |x|)` spelled out and makes a PRelu of each. In place. */
export function recognisePrelu(net: Net): void {
  for (const node of net.nodes) {
    if (node.op !== 'Add') continue;
    const [relu, product] = node.inputs.map((name) => maker(net, name));
    if (relu?.op !== 'Relu' || product?.op !== 'Mul') continue;
    const [x = ''] = relu.inputs;
    const constant = product.inputs.find((name) => net.constants.has(name));
    const negative = maker(
      net,
      product.inputs.find((name) => name !== constant),
    );
    const factor = negative ? negativePart(net, negative, x) : 0;
    if (!constant || factor === 0) continue;
    const { dims, data } = floats(net, constant);
    const slopes = `${node.outputs[0]}.slopes`;
    net.constants.set(
      slopes,
      float32(
        dims,
        data.map((slope) => slope * factor),
      ),
    );
    Object.assign(node, { op: 'PRelu', inputs: [x, slopes] });
  }
}

/** How many times min(x, 0) a value is: 1 for -relu(-x), 2 for x - |x|; 0 for anything else. */
function negativePart(net: Net, node: Node, x: string): number {
  const input = maker(net, node.inputs[0]);
  if (node.op === 'Neg' && input?.op === 'Relu') {
    const inner = maker(net, input.inputs[0]);
    return inner?.op === 'Neg' && inner.inputs[0] === x ? 1 : 0;
  }
  const absolute = maker(net, node.inputs[1]);
  return node.op === 'Sub' && node.inputs[0] === x && absolute?.op === 'Abs' && absolute.inputs[0] === x
    ? 2
    : 0;
}

/**
 * PRelu has no fused and no blocked kernel in ONNX Runtime; a 1x1 depthwise convolution with Relu has:
 * prelu(x) = x + relu((a-1)·x) for slopes a <= 1, x - relu((1-a)·x) for those that stay above. In place; on images alone.
 */
export function rewritePrelu(net: Net): void {
  for (const node of net.nodes.filter(
    (one) => one.op === 'PRelu' && floats(net, one.inputs[1]).dims.length === 3,
  )) {
    widen(net, node);
    mirror(net, node);
    const [x = '', slopesName] = node.inputs;
    const [y = ''] = node.outputs;
    const slopes = floats(net, slopesName).data;
    const steps = [
      depthwise(
        net,
        x,
        `${y}.scaled`,
        slopes.map((slope) => -Math.abs(slope - 1)),
      ),
      simple('Relu', [`${y}.scaled`], `${y}.negative`),
    ];
    let negative = `${y}.negative`;
    if (slopes.some((slope) => slope > 1)) {
      negative = `${y}.signed`;
      steps.push(
        depthwise(
          net,
          `${y}.negative`,
          negative,
          slopes.map((slope) => (slope > 1 ? -1 : 1)),
        ),
      );
    }
    net.nodes.splice(net.nodes.indexOf(node), 1, ...steps, simple('Add', [x, negative], y));
  }
}

/** Blocks of ONNX Runtime's fast convolutions; channels that do not fill them go the slow way. */
const block = 16;

/** Fills the channels between two convolutions of one group up to whole blocks, with zeros. */
function widen(net: Net, node: Node): void {
  const { dims, data: slopes } = floats(net, node.inputs[1]);
  const { before, after } = neighbours(net, node, ['MaxPool']);
  const count = Math.ceil(slopes.length / block) * block;
  if (count === slopes.length || before?.attributes.group !== 1 || after?.attributes.group !== 1) return;
  resizeOutputs(net, before, count);
  resizeInputs(net, after, count);
  const wider = Float32Array.from({ length: count }, (_, channel) => slopes[channel] ?? 0);
  node.inputs[1] = fresh(net, 'slopes', float32([count, ...dims.slice(1)], wider));
}

/**
 * Turns slopes above 1 into slopes below: prelu_a(x) = -a·prelu_1/a(-x). The signs and factors go into the
 * convolutions before and after; without one of them the slopes stay.
 */
function mirror(net: Net, node: Node): void {
  const { dims, data: slopes } = floats(net, node.inputs[1]);
  const { before, after } = neighbours(net, node, []);
  if (!before || !after || slopes.every((slope) => slope <= 1)) return;
  const steep = (channel: number) => slopes[channel]! > 1;
  scaleOutputs(net, before, (channel) => (steep(channel) ? -1 : 1));
  scaleInputs(net, after, (channel) => (steep(channel) ? -slopes[channel]! : 1));
  node.inputs[1] = fresh(
    net,
    'slopes',
    float32(
      dims,
      slopes.map((slope) => (slope > 1 ? 1 / slope : slope)),
    ),
  );
}

/** The Conv before and the Conv after a node, behind others of the given kinds, when nothing else reads what is between. */
function neighbours(
  net: Net,
  node: Node,
  kinds: string[],
): { before?: Node | undefined; after?: Node | undefined } {
  const only = (name: string) => {
    const all = readers(net, name);
    return all.length === 1 && !isOutput(net, name) ? all[0] : undefined;
  };
  const before = maker(net, node.inputs[0]);
  let after = only(node.outputs[0]!);
  while (after && kinds.includes(after.op)) after = only(after.outputs[0]!);
  if (before?.op !== 'Conv' || after?.op !== 'Conv' || only(node.inputs[0]!) !== node) return {};
  return { before, after };
}
