import onnxProto, { type onnx as Proto } from 'onnx-proto';
import type { Attribute, ElementType, Net, Node, Tensor } from './net.ts';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;
const opset = 13;
const irVersion = 7;

/** Reads an ONNX file. The caller sees to it that its operators mean the same in opset 13. */
export function readOnnx(file: Uint8Array): Net {
  const graph = onnx.ModelProto.decode(file).graph;
  if (!graph?.node) throw new Error('an ONNX file without a graph');
  const constants = new Map<string, Tensor>();
  for (const tensor of graph.initializer ?? []) constants.set(tensor.name ?? '', readTensor(tensor));
  const nodes: Node[] = [];
  for (const node of graph.node) {
    const output = node.output?.[0] ?? '';
    if (node.opType === 'Constant') {
      const value = node.attribute?.find((attribute) => attribute.name === 'value')?.t;
      if (!value) throw new Error(`${output} is a constant without a value`);
      constants.set(output, readTensor(value));
    } else {
      nodes.push({
        op: node.opType ?? '',
        inputs: [...(node.input ?? [])],
        outputs: [...(node.output ?? [])],
        attributes: Object.fromEntries((node.attribute ?? []).map((a) => [a.name ?? '', readAttribute(a)])),
      });
    }
  }
  const values = (infos: Proto.IValueInfoProto[]) =>
    infos
      .filter((info) => !constants.has(info.name ?? ''))
      .map((info) => ({
        name: info.name ?? '',
        type: 'float32' as ElementType,
        dims: (info.type?.tensorType?.shape?.dim ?? []).map((dim) => dim.dimParam || Number(dim.dimValue)),
      }));
  return { inputs: values(graph.input ?? []), outputs: values(graph.output ?? []), nodes, constants };
}

/** Writes an ONNX file; equal networks give equal bytes. */
export function writeOnnx(net: Net): Uint8Array {
  const values = (list: Net['inputs']) =>
    list.map((value) => ({
      name: value.name,
      type: {
        tensorType: {
          elemType: value.type === 'uint8' ? DataType.UINT8 : DataType.FLOAT,
          shape: {
            dim: value.dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })),
          },
        },
      },
    }));
  const model = onnx.ModelProto.create({
    irVersion,
    producerName: 'visage',
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'graph',
      input: values(net.inputs),
      output: values(net.outputs),
      initializer: [...net.constants].map(([name, { dims, data }]) => ({
        name,
        dims: [...dims],
        dataType: typeOf(data),
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      node: net.nodes.map((node, index) => ({
        name: `${node.op}_${index}`,
        opType: node.op,
        input: node.inputs,
        output: node.outputs,
        attribute: Object.entries(node.attributes).map(([name, value]) => writeAttribute(name, value)),
      })),
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

function readTensor(tensor: Proto.ITensorProto): Tensor {
  const dims = (tensor.dims ?? []).map(Number);
  const bytes = new Uint8Array(tensor.rawData ?? []);
  if (tensor.dataType === DataType.FLOAT)
    return {
      dims,
      data: bytes.length ? new Float32Array(bytes.buffer) : Float32Array.from(tensor.floatData ?? []),
    };
  if (tensor.dataType === DataType.INT64)
    return {
      dims,
      data: bytes.length
        ? new BigInt64Array(bytes.buffer)
        : BigInt64Array.from(tensor.int64Data ?? [], (value) => BigInt(String(value))),
    };
  if (tensor.dataType === DataType.UINT8) return { dims, data: bytes };
  throw new Error(`${tensor.name} holds elements of a type that is not known here`);
}

function typeOf(data: Tensor['data']): number {
  if (data instanceof Float32Array) return DataType.FLOAT;
  return data instanceof Uint8Array ? DataType.UINT8 : DataType.INT64;
}

function readAttribute(attribute: Proto.IAttributeProto): Attribute {
  switch (attribute.type) {
    case AttributeType.FLOAT:
      return { float: attribute.f ?? 0 };
    case AttributeType.INT:
      return Number(attribute.i ?? 0);
    case AttributeType.INTS:
      return (attribute.ints ?? []).map(Number);
    case AttributeType.STRING:
      return Buffer.from(attribute.s ?? []).toString();
    default:
      throw new Error(`attribute ${attribute.name} is of a kind not known here`);
  }
}

function writeAttribute(name: string, value: Attribute): Proto.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}
