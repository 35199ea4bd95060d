import { InferenceSession, Tensor } from 'onnxruntime-node';
import { memo } from '../memo.ts';

// onnxruntime reports its use to Microsoft unless this is set on the main thread before the first network is loaded.
process.env.ORT_DISABLE_TELEMETRY = '1';

export interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}
export type Outputs = Readonly<Record<string, Output>>;

/** An ONNX network. Inference runs on the calling thread and blocks it. */
export class Network {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  static async load(file: string): Promise<Network> {
    return new Network(
      await InferenceSession.create(file, {
        executionProviders: ['cpu'],
        graphOptimizationLevel: 'all',
        executionMode: 'sequential',
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
        extra: { session: { set_denormal_as_zero: '1' } },
      }),
    );
  }

  /** pixels: `count` images of width x height, interleaved RGB. Returns outputs by name. */
  async run(pixels: Uint8Array, width: number, height: number, count = 1): Promise<Outputs> {
    return this.#run(new Tensor('uint8', pixels, [count, 1, height, 3 * width]));
  }

  /** For networks that expect normalised values instead of pixels. */
  async runFloats(values: Float32Array, dims: readonly number[]): Promise<Outputs> {
    return this.#run(new Tensor('float32', values, dims));
  }

  async #run(tensor: Tensor): Promise<Outputs> {
    // Every network used here has float32 outputs.
    return (await this.#session.run({ [this.#session.inputNames[0]!]: tensor })) as unknown as Outputs;
  }
}

/** Networks by name, each loaded on first use and kept. A failed load is tried again on the next use. */
export class Networks<Name extends string> {
  readonly #loaded = new Map<Name, Promise<Network>>();
  readonly #fileOf: (name: Name) => Promise<string>;

  constructor(fileOf: (name: Name) => Promise<string>) {
    this.#fileOf = fileOf;
  }

  get(name: Name): Promise<Network> {
    return memo(this.#loaded, name, async () => Network.load(await this.#fileOf(name)));
  }
}
