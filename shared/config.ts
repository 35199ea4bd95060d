import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { detectionModels, recognitionModels } from './modelNames.ts';

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
  id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  name: z.string().optional(),
  keys: z.array(z.string().min(8)).min(1).max(8),
  tier: z.enum(['F0', 'S0']).default('S0'),
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

export interface RateLimit {
  calls: number;
  seconds: number;
}
/** Calls that a subscription of a tier may make; a tier without a limit is left out. */
export type RateLimits = Partial<Record<Subscription['tier'], RateLimit>>;

/** `F0=20/60,S0=10/1`: calls and seconds a tier; `off` for none. */
const rateLimits = z
  .string()
  .regex(
    /^(off|(F0|S0)=[1-9]\d*\/[1-9]\d*(,(F0|S0)=[1-9]\d*\/[1-9]\d*)?)$/,
    'must be like F0=20/60,S0=10/1 or off',
  )
  .transform((text): RateLimits => {
    const parts = text === 'off' ? [] : text.split(',').map((part) => part.split(/[=/]/));
    return Object.fromEntries(
      parts.map(([tier, calls, seconds]) => [tier, { calls: Number(calls), seconds: Number(seconds) }]),
    );
  });

const distinct = (values: readonly string[]) => new Set(values).size === values.length;

/** Every setting. `description` is its line of docs/configuration.md; `shownDefault` stands there for a default of this machine. */
export const settings = z.object({
  FACE_SUBSCRIPTIONS: json
    .pipe(
      z
        .array(subscription)
        .min(1)
        .refine((all) => distinct(all.map(({ id }) => id.toLowerCase())), 'two subscriptions have one id')
        .refine((all) => distinct(all.flatMap(({ keys }) => keys)), 'a key is there twice'),
    )
    .meta({
      description:
        'Who may call: a JSON array of `{"id", "name"?, "keys": [...], "tier": "F0" or "S0"}`. Keys are secrets of 8 characters or more. Several keys let you replace one at a time.',
      shownDefault: 'required; `npm start` takes the two of `local.settings.sample.json`',
    }),
  FACE_RATE_LIMITS: rateLimits
    .default({ F0: { calls: 20, seconds: 60 }, S0: { calls: 10, seconds: 1 } })
    .meta({
      description:
        'Calls per seconds that a subscription may make, by tier; `off` for no limit. Each instance counts for itself.',
      shownDefault: '`F0=20/60,S0=10/1`; the sample has `off`',
    }),
  FACE_STRICT_MODELS: flag.describe(
    'Refuse what the cloud refuses of detection_02 and detection_03: landmarks and most attributes.',
  ),
  FACE_LEGACY_ERROR_CODES: flag.describe(
    'Send the error codes that the cloud sent until 2020: `Unspecified` with 401 and `RateLimitExceeded` with 429.',
  ),
  FACE_ALLOW_PRIVATE_URLS: flag.describe(
    'Download images from private, loopback and link-local addresses as well. Everybody who has a key can then reach your network through the service.',
  ),
  FACE_GALLERY_CACHE_MB: z.coerce
    .number()
    .int()
    .min(16)
    .default(512)
    .describe(
      'Memory for trained galleries, in MB. A face takes 3.4 KB with recognition_04, so 100,000 faces take 340 MB. Galleries that do not fit are read from a cache on disk, which may grow to four times this size.',
    ),
  FACE_OWN_MODELS: z
    .string()
    .optional()
    .describe('A JSON file that replaces built-in networks, see [custom models](custom-models.md).'),
  VISAGE_CACHE: z
    .string()
    .default(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visage'))
    .meta({
      description: 'Folder of the prepared models.',
      shownDefault: '`$XDG_CACHE_HOME/visage` or `~/.cache/visage`',
    }),
  VISAGE_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(availableParallelism())
    .meta({ description: 'Threads that run inference, 1 to 64.', shownDefault: "the machine's cores" }),
  VISAGE_LEASE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(300)
    .default(30)
    .describe(
      'Seconds after which another instance takes over background work whose instance no longer answers, 1 to 300.',
    ),
  COSMOS_CONNECTION: z
    .string()
    .optional()
    .describe(
      "Connection string of a Cosmos DB account. If it is set, documents are kept there. The account's default consistency has to be Strong or Bounded Staleness.",
    ),
  COSMOS_DATABASE: z.string().default('visage').describe('Name of the database in that account.'),
  DATA_DIR: z
    .string()
    .default('.data')
    .describe('Folder of the embedded store, used without Cosmos DB. One process a folder.'),
  AzureWebJobsStorage: z
    .string()
    .default('UseDevelopmentStorage=true')
    .describe(
      'Connection string of the storage account for blobs and queues. With the default, `npm start` starts Azurite, an emulator, on this machine.',
    ),
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
  storageConnection: string;
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
    storageConnection: s.AzureWebJobsStorage,
  };
}
