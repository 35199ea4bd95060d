import { z } from 'zod';
import { detectionModels, recognitionModels } from './modelNames.ts';

const pixels = {
  /** ONNX file; relative to the JSON file that names it. */
  file: z.string(),
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
  channels: z.enum(['RGB', 'BGR']).default('RGB'),
  /** Per channel of 0..255, in the order of `channels`: input = (value - mean) / std. */
  mean: z.array(z.number()).length(3),
  std: z.array(z.number().positive()).length(3),
};

const customRecogniser = z.object({
  ...pixels,
  /** Side of the square crop in pixels, and how it is cut. */
  size: z.int().min(32).max(512).default(112),
  alignment: z.enum(['arcface', 'dlib']).default('arcface'),
  /** [cosine similarity, confidence] points, both rising, from confidence 0 to 1. */
  calibration: z
    .array(z.tuple([z.number(), z.number().min(0).max(1)]))
    .min(2)
    .refine(
      (points) =>
        points.every(
          (point, i) => i === 0 || (point[0] > points[i - 1]![0] && point[1] >= points[i - 1]![1]),
        ),
      'must rise',
    ),
});
export type CustomRecogniser = z.infer<typeof customRecogniser>;

const customDetector = z.object({
  ...pixels,
  /** The image is letterboxed at top left into width x height. */
  width: z.int().min(64).max(4096),
  height: z.int().min(64).max(4096),
  /** Output names: boxes [1,N,4] or [N,4] as x1,y1,x2,y2; scores [1,N], [N] or [1,N,2] (last column = face). */
  boxes: z.string().default('boxes'),
  scores: z.string().default('scores'),
  /** Whether boxes are fractions of the input or its pixels. */
  units: z.enum(['fraction', 'pixel']).default('fraction'),
  threshold: z.number().min(0).max(1).default(0.5),
});
export type CustomDetector = z.infer<typeof customDetector>;

export const customModels = z.object({
  detection: z.partialRecord(z.enum(detectionModels), customDetector).default({}),
  recognition: z.partialRecord(z.enum(recognitionModels), customRecogniser).default({}),
});
/** Networks of the operator's own, by the contract's model names. */
export type CustomModels = z.infer<typeof customModels>;
