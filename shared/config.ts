import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { subscriptionIdPattern } from './ids.ts';
import { detectionModels, recognitionModels } from './modelNames.ts';
import { defaultRateLimits, type RateLimit, type Tier, tiers } from './tiers.ts';

const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .default('false')
  .transform((value) => value === 'true' || value === '1');

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const subscription = z.object({
  id: z.string().regex(subscriptionIdPattern),
  name: z.string().optional(),
  keys: z.array(z.string().min(8)).min(1).max(8),
  tier: z.enum(tiers).default('S0'),
});
/** Who may call: `keys` open it, `id` prefixes every partition key, `tier` sets its quotas. */
export type Subscription = z.infer<typeof subscription>;

const pixels = {
  /** ONNX file; relative to the JSON file that names it. */
  file: z.string(),
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
  channels: z.enum(['RGB', 'BGR']).default('RGB'),
  /** Per channel of 0..255, in the order of `channels`: input = (value - mean) / std. */
  mean: z.array(z.number()).length(3),
  std: z.array(z.number().positive()).length(3),
};

const ownRecogniser = z.object({
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
export type CustomRecogniser = z.infer<typeof ownRecogniser>;

const ownDetector = z.object({
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
export type CustomDetector = z.infer<typeof ownDetector>;

const ownModels = z.object({
  detection: z.partialRecord(z.enum(detectionModels), ownDetector).default({}),
  recognition: z.partialRecord(z.enum(recognitionModels), ownRecogniser).default({}),
});
/** Networks of the operator's own, by the contract's model names. */
export type CustomModels = z.infer<typeof ownModels>;

/** Calls that a subscription of a tier may make; a tier without a limit is left out. */
export type RateLimits = Partial<Record<Tier, RateLimit>>;

const tierLimit = `(${tiers.join('|')})=[1-9]\\d*/[1-9]\\d*`;

/** `F0=20/60,S0=10/1`: calls and seconds a tier; `off` for none. */
const rateLimits = z
  .string()
  .regex(
    new RegExp(`^(off|${tierLimit}(,${tierLimit}){0,${tiers.length - 1}})$`),
    'must be like F0=20/60,S0=10/1 or off',
  )
  .transform((text): RateLimits => {
    const parts = text === 'off' ? [] : text.split(',').map((part) => part.split(/[=/]/));
    return Object.fromEntries(
      parts.map(([tier, calls, seconds]) => [tier, { calls: Number(calls), seconds: Number(seconds) }]),
    );
  });

const distinct = (values: readonly string[]) => new Set(values).size === values.length;

const settings = z.object({
  FACE_SUBSCRIPTIONS: json.pipe(
    z
      .array(subscription)
      .min(1)
      .refine((all) => distinct(all.map(({ id }) => id.toLowerCase())), 'two subscriptions have one id')
      .refine((all) => distinct(all.flatMap(({ keys }) => keys)), 'a key is there twice'),
  ),
  FACE_STRICT_MODELS: flag,
  FACE_LEGACY_ERROR_CODES: flag,
  FACE_ALLOW_PRIVATE_URLS: flag,
  FACE_RATE_LIMITS: rateLimits.default(defaultRateLimits),
  /** What the galleries in memory may take. */
  FACE_GALLERY_CACHE_MB: z.coerce.number().int().min(16).default(512),
  /** A JSON file that puts networks of one's own in place of the built-in ones. */
  FACE_OWN_MODELS: z.string().optional(),
  /** Where prepared models are kept. */
  VISAGE_CACHE: z.string().default(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visage')),
  /** Worker threads that run inference. */
  VISAGE_WORKERS: z.coerce.number().int().min(1).max(64).default(availableParallelism()),
  /** How long background work whose instance fell silent is left to it. */
  VISAGE_LEASE_SECONDS: z.coerce.number().int().min(1).max(300).default(30),
  /** Set: documents live in Cosmos DB. Not set: in the embedded store under DATA_DIR. */
  COSMOS_CONNECTION: z.string().optional(),
  COSMOS_DATABASE: z.string().default('visage'),
  DATA_DIR: z.string().default('.data'),
  /** Connection string of the storage account for blobs and queues. */
  AzureWebJobsStorage: z.string().optional(),
});

export interface Config {
  subscriptions: readonly Subscription[];
  strictModels: boolean;
  legacyErrorCodes: boolean;
  allowPrivateUrls: boolean;
  rateLimits: RateLimits;
  galleryCacheBytes: number;
  leaseSeconds: number;
  ownModels: CustomModels;
  /** Folder that FACE_OWN_MODELS' relative files start from. */
  ownModelsFolder: string;
  cache: string;
  workers: number;
  cosmos: { connection: string; database: string } | undefined;
  dataFolder: string;
  storageConnection: string | undefined;
}

/** Parses every setting once. Throws an Error that names each setting that is wrong. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = settings.safeParse(env);
  if (!parsed.success) throw new Error(`Settings are wrong:\n${z.prettifyError(parsed.error)}`);
  const s = parsed.data;
  return {
    subscriptions: s.FACE_SUBSCRIPTIONS,
    strictModels: s.FACE_STRICT_MODELS,
    legacyErrorCodes: s.FACE_LEGACY_ERROR_CODES,
    allowPrivateUrls: s.FACE_ALLOW_PRIVATE_URLS,
    rateLimits: s.FACE_RATE_LIMITS,
    galleryCacheBytes: s.FACE_GALLERY_CACHE_MB * 2 ** 20,
    leaseSeconds: s.VISAGE_LEASE_SECONDS,
    ownModels: ownModels.parse(s.FACE_OWN_MODELS ? JSON.parse(readFileSync(s.FACE_OWN_MODELS, 'utf8')) : {}),
    ownModelsFolder: s.FACE_OWN_MODELS ? join(s.FACE_OWN_MODELS, '..') : '.',
    cache: s.VISAGE_CACHE,
    workers: s.VISAGE_WORKERS,
    cosmos: s.COSMOS_CONNECTION
      ? { connection: s.COSMOS_CONNECTION, database: s.COSMOS_DATABASE }
      : undefined,
    dataFolder: s.DATA_DIR,
    storageConnection: s.AzureWebJobsStorage || undefined,
  };
}
