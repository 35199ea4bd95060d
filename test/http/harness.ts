import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subscription } from '../../shared/config.ts';
import { encodeEmbedding } from '../../shared/embedding.ts';
import { storeFaces } from '../../shared/faces/transientFaces.ts';
import { GalleryCache } from '../../shared/galleries/cache.ts';
import { createApp } from '../../shared/http/app.ts';
import type { AppDeps } from '../../shared/http/appContext.ts';
import type { RecognitionModel } from '../../shared/modelNames.ts';
import { openEmbeddedStore } from '../../shared/storage/embedded.ts';
import { landmarkNames } from '../../shared/vision/landmarks27.ts';
import type { AnalysedFace, Analysis, Vision } from '../../shared/vision/vision.ts';
import { inMemory } from '../memory.ts';

export const first: Subscription = {
  id: 'first',
  keys: ['key-one-of-first', 'key-two-of-first'],
  tier: 'S0',
};
export const second: Subscription = { id: 'second', keys: ['key-of-second'], tier: 'F0' };

/** Returns the faces that a test sets and records the calls. */
export class ScriptedVision implements Vision {
  faces: AnalysedFace[] = [];
  /** Thrown instead of returning faces. */
  error: unknown;
  readonly calls: { image: Uint8Array; analysis: Analysis }[] = [];

  async analyse(image: Uint8Array, analysis: Analysis): Promise<AnalysedFace[]> {
    this.calls.push({ image, analysis });
    if (this.error !== undefined) throw this.error;
    return this.faces;
  }
  async warm(): Promise<void> {}
  async close(): Promise<void> {}
}

/** A face whose similarity to another is the cosine of the difference of their angles. */
export const faceAt = (degrees: number, dimensions = 8): AnalysedFace => ({
  rectangle: { left: 10, top: 20, width: 100, height: 101 },
  landmarks: Object.fromEntries(
    landmarkNames.map((name, i) => [name, { x: i + 0.5, y: 2 * i }]),
  ) as NonNullable<AnalysedFace['landmarks']>,
  embedding: embeddingAt(degrees, dimensions),
});

export function embeddingAt(degrees: number, dimensions = 8): Uint8Array {
  const embedding = new Float32Array(dimensions);
  embedding[0] = Math.cos((degrees * Math.PI) / 180);
  embedding[1] = Math.sin((degrees * Math.PI) / 180);
  return encodeEmbedding(embedding);
}

/** Storage in a temporary folder with a clock that only `advance` moves. */
export async function openStorage() {
  const folder = await mkdtemp(join(tmpdir(), 'visage-http-'));
  let time = Date.UTC(2026, 0, 1);
  const store = await openEmbeddedStore(folder, () => time);
  const now = () => time;
  const { blobs, queues, blobContents, messages } = inMemory(now);
  const galleries = new GalleryCache(blobs, {
    folder: join(folder, 'galleries'),
    memoryBytes: 64e6,
    diskBytes: 64e6,
  });
  return {
    store,
    deps: { store, blobs, queues, galleries, now },
    blobContents,
    messages,
    advance(seconds: number) {
      time += 1_000 * seconds;
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The whole application with a real store, without a socket. */
export async function openApp(
  config: Partial<AppDeps['config']> = {},
  readiness: AppDeps['readiness'] = () => ({ status: 'ready' }),
) {
  const { store, deps, blobContents, messages, advance, close } = await openStorage();
  const vision = new ScriptedVision();
  const logs: string[] = [];
  const app = createApp({
    config: {
      subscriptions: [first, second],
      strictModels: false,
      legacyErrorCodes: false,
      allowPrivateUrls: false,
      corsOrigins: ['*'],
      trustProxy: false,
      customModels: { detection: {}, recognition: {} },
      rateLimits: {},
      ...config,
    },
    ...deps,
    vision,
    readiness,
    log: (message) => logs.push(message),
  });
  const send = async (
    method: string,
    path: string,
    { headers, body }: { headers?: Record<string, string>; body?: Body } = {},
  ) => {
    const response = await app.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: { 'Ocp-Apim-Subscription-Key': first.keys[0]!, ...headers },
        ...(body !== undefined && { body, duplex: 'half' }),
      }),
    );
    return read(response);
  };
  return {
    fetch: app.fetch,
    store,
    deps: { ...deps, vision },
    blobContents,
    messages,
    vision,
    logs,
    advance,
    close,
    send,
    postJson: (path: string, body: unknown, headers?: Record<string, string>) =>
      send('POST', path, {
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    postBytes: (path: string, body: Body) =>
      send('POST', path, { headers: { 'Content-Type': 'application/octet-stream' }, body }),
    /** Stores faces at these angles as detect does and returns their faceIds. */
    storeFaces: (
      degrees: number[],
      recognitionModel: RecognitionModel = 'recognition_01',
      owner: Subscription = first,
    ) =>
      storeFaces(
        store,
        owner.id,
        degrees.map((each) => embeddingAt(each)),
        recognitionModel,
        86_400,
      ),
  };
}

type Body = string | Uint8Array | ReadableStream;

export async function read(response: Response) {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Bytes that are enough for the size of an image. */
export const someBytes = new Uint8Array(2_048).fill(7);
