import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type CustomModels, customModels } from './customModelSettings.ts';
import { subscriptionIdPattern } from './ids.ts';
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

/** A deployed package has its networks beside the bundle; elsewhere the set-up puts them into the user's cache. */
const defaultCache = existsSync(join(import.meta.dirname, 'models'))
  ? import.meta.dirname
  : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visage');

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
      description: `Who may call: a JSON array of \`{"id", "name"?, "keys": [...], "tier": "${tiers.join('" or "')}"}\`. Keys are secrets of 8 characters or more. Several keys let you replace one at a time.`,
      shownDefault: 'required; `npm start` takes the two of `local.settings.sample.json`',
    }),
  FACE_RATE_LIMITS: rateLimits
    .prefault(
      Object.entries(defaultRateLimits)
        .map(([tier, { calls, seconds }]) => `${tier}=${calls}/${seconds}`)
        .join(),
    )
    .describe(
      'Calls per seconds that a subscription may make, by tier; `off`, which the sample has, for no limit. Each instance counts for itself.',
    ),
  FACE_STRICT_MODELS: flag.describe(
    'Refuse what the cloud refuses of detection_02 and detection_03: landmarks and most attributes.',
  ),
  FACE_LEGACY_ERROR_CODES: flag.describe(
    'Send the error codes that the cloud sent until 2020: `Unspecified` with 401 and `RateLimitExceeded` with 429.',
  ),
  FACE_ALLOW_PRIVATE_URLS: flag.describe(
    'Download images from private, loopback and link-local addresses as well. Everybody who has a key can then reach your network through the service.',
  ),
  FACE_CORS_ORIGINS: z
    .string()
    .default('*')
    .transform((text) =>
      text
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .meta({
      description:
        'Origins whose web pages may call the service, separated by commas; `*` is every origin, and an empty value none.',
      shownDefault: '`*`',
    }),
  FACE_TRUST_PROXY: flag.prefault(process.env.WEBSITE_INSTANCE_ID ? 'true' : 'false').meta({
    description:
      'Take the address by which a client called from `Forwarded` and `X-Forwarded-*` headers. Only behind a proxy that sets them.',
    shownDefault: '`false`, and `true` on Azure Functions',
  }),
  FACE_GALLERY_CACHE_MB: z.coerce
    .number()
    .int()
    .min(16)
    .default(512)
    .describe(
      'Memory for trained galleries, in MB. A face takes 3.4 KB with recognition_04, so 100,000 faces take 340 MB. Galleries that do not fit are read from a cache on disk, which may grow to four times this size.',
    ),
  FACE_CUSTOM_MODELS: z
    .string()
    .optional()
    .describe('A JSON file that replaces built-in networks, see [custom models](custom-models.md).'),
  FACE_OWN_MODELS: z.string().optional().describe('Former name of `FACE_CUSTOM_MODELS`.'),
  VISAGE_CACHE: z.string().default(defaultCache).meta({
    description: 'Folder of the prepared models.',
    shownDefault: '`$XDG_CACHE_HOME/visage` or `~/.cache/visage`',
  }),
  VISAGE_WORKERS: z.coerce.number().int().min(1).max(64).default(availableParallelism()).meta({
    description:
      'Processes that decode images and run the networks, 1 to 64. Each takes one image at a time.',
    shownDefault: "the machine's cores",
  }),
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
    .describe('Folder of everything that is kept on this machine. One process a folder.'),
  AzureWebJobsStorage: z.string().optional().meta({
    description:
      'Connection string of the storage account for blobs and queues. Without it they are kept in DATA_DIR. `UseDevelopmentStorage=true` makes `npm start` run Azurite, the emulator of Azure Storage, as `npm run start:azurite` does.',
    shownDefault: 'blobs and queues in `DATA_DIR`',
  }),
});

export interface Config {
  subscriptions: readonly Subscription[];
  strictModels: boolean;
  legacyErrorCodes: boolean;
  allowPrivateUrls: boolean;
  corsOrigins: readonly string[];
  trustProxy: boolean;
  rateLimits: RateLimits;
  galleryCacheBytes: number;
  leaseSeconds: number;
  customModels: CustomModels;
  /** Folder that FACE_CUSTOM_MODELS' relative files start from. */
  customModelsFolder: string;
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
  const customFile = s.FACE_CUSTOM_MODELS ?? s.FACE_OWN_MODELS;
  return {
    subscriptions: s.FACE_SUBSCRIPTIONS,
    strictModels: s.FACE_STRICT_MODELS,
    legacyErrorCodes: s.FACE_LEGACY_ERROR_CODES,
    allowPrivateUrls: s.FACE_ALLOW_PRIVATE_URLS,
    corsOrigins: s.FACE_CORS_ORIGINS,
    trustProxy: s.FACE_TRUST_PROXY,
    rateLimits: s.FACE_RATE_LIMITS,
    galleryCacheBytes: s.FACE_GALLERY_CACHE_MB * 2 ** 20,
    leaseSeconds: s.VISAGE_LEASE_SECONDS,
    customModels: customModels.parse(customFile ? JSON.parse(readFileSync(customFile, 'utf8')) : {}),
    customModelsFolder: customFile ? join(customFile, '..') : '.',
    cache: s.VISAGE_CACHE,
    workers: s.VISAGE_WORKERS,
    cosmos: s.COSMOS_CONNECTION
      ? { connection: s.COSMOS_CONNECTION, database: s.COSMOS_DATABASE }
      : undefined,
    dataFolder: s.DATA_DIR,
    storageConnection: s.AzureWebJobsStorage || undefined,
  };
}
