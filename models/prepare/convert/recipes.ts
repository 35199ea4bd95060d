import { ageGender, dlibResNet, faceExpression, landmark68 } from './faceApiNetworks.ts';
import { faceProbability } from './faceProbability.ts';
import { flushDenormals } from './flushDenormals.ts';
import { foldAffine } from './foldAffine.ts';
import { maker, type Net, prune, rename } from './net.ts';
import { readOnnx, writeOnnx } from './onnxFile.ts';
import { recognisePrelu, rewritePrelu } from './prelu.ts';
import { splitPads } from './splitPads.ts';
import { bgr, gray, type Normalisation, takePixels } from './takePixels.ts';
import { type GraphNode, readTfGraph } from './tfjsGraph.ts';
import { readWeights, type WeightGroups } from './tfjsWeights.ts';
import { readTflite } from './tflite.ts';

/** What becomes of a package's files. bytes: the files' contents in the order models.json names them. */
export type Recipe = (...files: Uint8Array[]) => { net: Net; normalisation: Normalisation };

/** Files of a package → a prepared ONNX file; the same bytes everywhere. */
export function convert(conversion: string, files: Uint8Array[]): Uint8Array {
  const recipe = recipes[conversion];
  if (!recipe) throw new Error(`there is no conversion ${conversion}`);
  const { net, normalisation } = recipe(...files);
  return writeOnnx(prepare(net, normalisation));
}

/** What every network goes through. In place. */
export function prepare(net: Net, normalisation: Normalisation): Net {
  recognisePrelu(net);
  prune(net);
  foldAffine(net);
  splitPads(net);
  rewritePrelu(net);
  takePixels(net, normalisation);
  flushDenormals(net);
  prune(net);
  return net;
}

const mtcnn: Normalisation = { mean: [127.5, 127.5, 127.5], std: 128 };
const faceApi: Normalisation = { mean: [122.782, 117.001, 104.298], std: 255 };

const recipes: Record<string, Recipe> = {
  ultraface: (file) => ({ net: ultraface(file!), normalisation: { mean: [127, 127, 127], std: 128 } }),
  onet: (file) => ({
    net: faceScore(
      readTflite(
        file!,
        {
          'onet/conv6-1/conv6-1': 'logits',
          'onet/conv6-2/conv6-2': 'offsets',
          'onet/conv6-3/conv6-3': 'landmarks',
        },
        true,
      ),
    ),
    normalisation: mtcnn,
  }),
  mediapipe_full_range: (file) => ({
    net: mediapipe(file!),
    normalisation: { mean: [127.5, 127.5, 127.5], std: 127.5 },
  }),
  landmark_68: (file) => ({
    net: onnx(file!, 'landmarks'),
    normalisation: { mean: [0], std: 256, mix: gray },
  }),
  face_api_landmark_68: (...files) => ({ net: landmark68(faceApiWeights(files)), normalisation: faceApi }),
  dlib_resnet: (...files) => ({ net: dlibResNet(faceApiWeights(files)), normalisation: faceApi }),
  mobilefacenet_512: (file) => ({
    net: onnx(file!, 'embedding'),
    normalisation: { mean: [127, 127, 127], std: 128 },
  }),
  mobilefacenet_192: (file) => ({
    net: readTflite(file!, { embeddings: 'embedding' }),
    normalisation: mtcnn,
  }),
  age_gender: (...files) => ({ net: ageGender(faceApiWeights(files)), normalisation: faceApi }),
  expression: (...files) => ({ net: faceExpression(faceApiWeights(files)), normalisation: faceApi }),
  emotion: (...files) => ({
    net: human(files, { Identity: 'emotion' }),
    normalisation: { mean: [127.5], std: 127.5, mix: [[0.2989, 0.587, 0.114]] },
  }),
  faceres: (...files) => ({
    net: human(
      files,
      {
        'gender_pred/Sigmoid': 'gender',
        'age_pred/Softmax': 'age',
        'global_pooling/Mean': 'features',
        'conv_pw_11_relu/clip_by_value': 'features_16',
      },
      // Half the time of its own 224, and faces tell as much.
      160,
    ),
    normalisation: { mean: [103.939, 116.779, 123.68], std: 1, mix: bgr },
  }),
};

/** Box decoding cut off, any size: `score_S` [A, h, w] and `box_S` [4·A, h, w] for strides S. */
function ultraface(file: Uint8Array): Net {
  const net = readOnnx(file);
  const strides = [8, 16, 32, 64];
  const scores = maker(net, maker(net, 'scores')?.inputs[0]);
  const boxes = net.nodes
    .filter((node) => node.op === 'Concat')
    .find((node) => node.inputs.length === 4 && node !== scores);
  const head = (reshaped: string | undefined) => maker(net, maker(net, reshaped)?.inputs[0])?.inputs[0] ?? '';
  net.outputs = [];
  for (const [i, stride] of strides.entries()) {
    const anchors = i === 0 || i === 3 ? 3 : 2;
    const size = [`height / ${stride}`, `width / ${stride}`];
    faceProbability(net, head(scores?.inputs[i]), `score_${stride}`);
    rename(net, head(boxes?.inputs[i]), `box_${stride}`);
    net.outputs.push({ name: `score_${stride}`, dims: ['batch', anchors, ...size], type: 'float32' });
    net.outputs.push({ name: `box_${stride}`, dims: ['batch', 4 * anchors, ...size], type: 'float32' });
  }
  net.inputs[0]!.dims = ['batch', 3, 'height', 'width'];
  prune(net);
  return net;
}

/** 192 x 192, a place every four pixels: `score` [1, 48, 48], `box` [16, 48, 48]. */
function mediapipe(file: Uint8Array): Net {
  const net = readTflite(file, { classifier_face_4: 'logit', regressor_face_4: 'box' });
  net.nodes.push({ op: 'Sigmoid', inputs: ['logit'], outputs: ['score'], attributes: {} });
  net.outputs = net.outputs.map((output) =>
    output.name === 'logit' ? { ...output, name: 'score' } : output,
  );
  return net;
}

function faceScore(net: Net): Net {
  faceProbability(net, 'logits', 'score');
  net.outputs = net.outputs.map((output) =>
    output.name === 'logits'
      ? { ...output, name: 'score', dims: ['batch', 1, ...output.dims.slice(2)] }
      : output,
  );
  return net;
}

/** An ONNX file of one input and one output of features. */
function onnx(file: Uint8Array, name: string): Net {
  const net = readOnnx(file);
  const [output] = net.outputs;
  rename(net, output!.name, name);
  net.outputs = [{ ...output!, name, dims: ['batch', ...output!.dims.slice(1)] }];
  net.inputs = net.inputs.map((input) => ({ ...input, dims: ['batch', ...input.dims.slice(1)] }));
  return net;
}

const text = (file: Uint8Array | undefined) => JSON.parse(Buffer.from(file ?? []).toString()) as unknown;

const faceApiWeights = ([manifest, weights]: Uint8Array[]) =>
  readWeights(text(manifest) as WeightGroups, weights!);

/** side: of the picture that the network is to read, where that is not its own. */
function human([model, weights]: Uint8Array[], outputs: Record<string, string>, side?: number): Net {
  const { modelTopology, weightsManifest } = text(model) as {
    modelTopology: { node: GraphNode[] };
    weightsManifest: WeightGroups;
  };
  return readTfGraph(modelTopology.node, readWeights(weightsManifest, weights!), outputs, side);
}
