import type * as FaceApi from '@vladmandic/face-api';

// face-api bundles TensorFlow.js for browsers: it asks for these two before it asks for what Node.js has.
Object.assign(globalThis, {
  window: globalThis,
  document: { createElement: () => ({ getContext: () => null }) },
});
const bundle = '@vladmandic/face-api/dist/face-api.esm.js';
export const faceapi = (await import(bundle)) as typeof FaceApi;

interface Tensor {
  dataSync(): Float32Array;
  shape: number[];
}

/** The part of TensorFlow.js that is used here; its types are not in the bundle. */
export const tf = faceapi.tf as unknown as {
  setBackend(name: string): Promise<boolean>;
  tensor(data: ArrayLike<number>, shape: number[]): Tensor;
  transpose(x: Tensor, order: number[]): Tensor;
  io: { decodeWeights(buffer: ArrayBufferLike, specs: unknown): unknown };
  loadGraphModel(handler: {
    load(): Promise<unknown>;
  }): Promise<{ execute(x: Tensor, outputs?: string[]): Tensor }>;
};
await tf.setBackend('cpu');
