import type { ModelName } from '../../models/catalogue.ts';
import type { Config } from '../config.ts';
import { encodeEmbedding } from '../embedding.ts';
import { undecodableImage } from '../errors.ts';
import { memo } from '../memo.ts';
import type { DetectionModel, RecognitionModel } from '../modelNames.ts';
import { FaceAnalysis } from './attributes/faceAnalysis.ts';
import { attributesOf } from './attributes/faceAttributes.ts';
import { customDetector, customEmbedder } from './customModels.ts';
import { decode } from './decode.ts';
import { largestFace, pickSingle, smallestFace, toDetectedFaces } from './detectedFaces.ts';
import { detectorOf } from './detection/detectors.ts';
import type { Detection } from './detection/evidence.ts';
import { scaleRectangle } from './geometry.ts';
import { checkedHeader } from './imageLimits.ts';
import { findLandmarks, refineLandmarks } from './landmarks.ts';
import { toLandmarks27 } from './landmarks27.ts';
import { verifiedModelFile } from './modelFiles.ts';
import { Networks } from './networks.ts';
import { Pyramid } from './raster.ts';
import { type Embedder, embed, recognisers } from './recognition.ts';
import type { AnalysedFace, Analysis } from './vision.ts';

export type EngineConfig = Pick<Config, 'cache' | 'customModels' | 'customModelsFolder'>;
type Detect = (image: Pyramid, smallest: number) => Promise<Detection[]>;

/** Vision on the thread that calls it. Networks are loaded when first needed and kept. */
export class Engine {
  readonly #config: EngineConfig;
  readonly #networks: Networks<ModelName>;
  readonly #detectors = new Map<DetectionModel, Promise<Detect>>();
  readonly #embedders = new Map<RecognitionModel, Promise<Embedder[]>>();

  constructor(config: EngineConfig) {
    this.#config = config;
    this.#networks = new Networks((name) => verifiedModelFile(config.cache, name));
  }

  /** As Vision.analyse. */
  async analyse(bytes: Uint8Array, analysis: Analysis): Promise<AnalysedFace[]> {
    const header = checkedHeader(bytes);
    if (Math.min(header.width, header.height) < smallestFace(header))
      return analysis.single ? [pickSingle([], header, analysis.single.target)] : [];
    const decoded = await decode(bytes, header);
    const image = new Pyramid(decoded);
    const detect = await this.#detectorOf(analysis.detectionModel);
    const { width, height, scale } = decoded;
    const smallest = smallestFace({ width: scale * width, height: scale * height }) / scale;
    const found = toDetectedFaces(await detect(image, smallest), decoded, {
      smallest,
      largest: largestFace / scale,
    });
    if (found.length === 0 && !decoded.complete) throw undecodableImage();
    const target = analysis.single?.target && scaleRectangle(analysis.single.target, 1 / scale);
    const faces = analysis.single ? [pickSingle(found, decoded, target)] : found;
    const embedders = analysis.recognitionModel && (await this.#embeddersOf(analysis.recognitionModel));
    const answer: AnalysedFace[] = [];
    for (const { rectangle, points } of faces) {
      const face: AnalysedFace = { rectangle: scaleRectangle(rectangle, scale) };
      if (analysis.landmarks)
        face.landmarks = toLandmarks27(points.map(({ x, y }) => ({ x: scale * x, y: scale * y })));
      if (analysis.attributes)
        face.attributes = await attributesOf(
          new FaceAnalysis(image, points, this.#networks),
          analysis.attributes,
        );
      if (embedders) face.embedding = encodeEmbedding(await embed(embedders, image, points));
      answer.push(face);
    }
    return answer;
  }

  /** Loads what the default models need. */
  async warm(): Promise<void> {
    await Promise.all([this.#detectorOf('detection_01'), this.#embeddersOf('recognition_01')]);
  }

  #detectorOf(model: DetectionModel): Promise<Detect> {
    return memo(this.#detectors, model, async () => {
      const own = this.#config.customModels.detection[model];
      if (!own) return detectorOf(model, this.#networks);
      const detect = await customDetector(own, this.#config.customModelsFolder);
      const landmarks = {
        small: await this.#networks.get('landmark_68'),
        large: await this.#networks.get('face_api_landmark_68'),
      };
      return async (image) => {
        const findings: Detection[] = [];
        for (const candidate of await detect(image)) {
          const { points } = await findLandmarks(landmarks, image, candidate);
          findings.push({
            points: await refineLandmarks(landmarks, image, points),
            evidence: candidate.score,
          });
        }
        return findings;
      };
    });
  }

  #embeddersOf(model: RecognitionModel): Promise<Embedder[]> {
    return memo(this.#embedders, model, async () => {
      const own = this.#config.customModels.recognition[model];
      if (own) return [await customEmbedder(own, this.#config.customModelsFolder)];
      return Promise.all(
        recognisers[model].map(async ({ model: name, ...part }) => {
          const network = await this.#networks.get(name);
          const { size } = part;
          return { ...part, run: async (crop) => (await network.run(crop, size, size)).embedding!.data };
        }),
      );
    });
  }
}
