import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { median, percentile } from '../fit/math/statistics.ts';
import { type Config, readConfig } from '../shared/config.ts';
import { decode } from '../shared/vision/decode.ts';
import { Engine } from '../shared/vision/engine.ts';
import { openService } from './benchService.ts';
import { milliseconds, table } from './textTable.ts';

/** One face of 640x480 and three of 1920x1080, cut from a photograph that @vladmandic/face-api ships. */
const images = [
  { name: '640x480, 1 face', left: 100, top: 250, width: 640, height: 480 },
  { name: '1920x1080, 3 faces', left: 0, top: 100, width: 1920, height: 1080 },
];
const analysis = { detectionModel: 'detection_01', recognitionModel: 'recognition_02' } as const;
const query = 'recognitionModel=recognition_02';

/**
 * `npm run bench -- speed [--runs 60]`: how long a detect with faceId takes compared to its floor (decoding and the
 * runs of the networks alone, on the same inputs), the gain of a second core, and how long a start takes. Service and
 * floor take turns in one process: read the ratios, the milliseconds depend on the machine and its load.
 */
export async function speed(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '60' } } });
  const runs = Number(values.runs);
  const config = readConfig({ ...process.env, FACE_SUBSCRIPTIONS: subscriptions, FACE_RATE_LIMITS: 'off' });
  const photographs = await Promise.all(
    images.map(async (image) => ({ ...image, bytes: await crop(image) })),
  );

  const service = await openService({ ...config, workers: 1 });
  const rows: string[][] = [];
  for (const { name, bytes } of photographs) {
    const floor = await floorOf(config, bytes);
    const served: number[] = [];
    const floors: number[] = [];
    for (let i = 0; i < runs + 10; i++) {
      const [a, b] = [await timed(() => detect(service.fetch, bytes)), await timed(floor.run)];
      if (i < 10) continue;
      served.push(a);
      floors.push(b);
    }
    rows.push([
      name,
      milliseconds(median(served)),
      milliseconds(percentile(served, 0.95)),
      milliseconds(median(floors)),
      (median(served) / median(floors)).toFixed(2),
      `${floor.networks}`,
    ]);
  }
  await service.close();
  console.log(
    `Detect with faceId, ${analysis.detectionModel}, ${analysis.recognitionModel}, one core, ${runs} runs`,
  );
  console.log(table(['image', 'median ms', 'p95 ms', 'floor ms', 'ratio', 'network runs'], rows));

  const one = photographs[0]!.bytes;
  if (availableParallelism() > 1)
    console.log(`\nTwo cores serve ${(await scaling(config, one)).toFixed(2)} x the requests of one`);
  const starts = [];
  for (let i = 0; i < 3; i++) starts.push(await startUp(one));
  console.log(`\nProcess start to first detect answered: ${starts.map(milliseconds).join(', ')} ms`);
}

const key = 'key-of-the-bench';
const subscriptions = JSON.stringify([{ id: 'bench', keys: [key] }]);

type Fetch = (request: Request) => Promise<Response>;

async function crop({ left, top, width, height }: (typeof images)[number]): Promise<Buffer> {
  const file = createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample1.jpg');
  return sharp(file).extract({ left, top, width, height }).jpeg({ quality: 90 }).toBuffer();
}

async function detect(fetch: Fetch, body: Buffer, address = 'http://bench'): Promise<void> {
  const headers = { 'Ocp-Apim-Subscription-Key': key, 'Content-Type': 'application/octet-stream' };
  const request = new Request(`${address}/face/v1.0/detect?${query}`, { method: 'POST', headers, body });
  const response = await fetch(request);
  const text = await response.text();
  if (!text.includes('faceId')) throw new Error(`detect answered ${response.status}: ${text}`);
}

/** Decoding and the networks' runs of one analysis, recorded once and repeated with the same inputs. */
async function floorOf(config: Config, bytes: Uint8Array) {
  const engine = new Engine(config);
  await engine.analyse(bytes, analysis);
  type Run = (feeds: InferenceSession.FeedsType) => Promise<InferenceSession.ReturnType>;
  const { prototype } = InferenceSession as unknown as { prototype: { run: Run } };
  const { run } = prototype;
  const recorded: (() => Promise<unknown>)[] = [];
  prototype.run = function (feeds) {
    recorded.push(() => run.call(this, feeds));
    return run.call(this, feeds);
  };
  await engine.analyse(bytes, analysis);
  prototype.run = run;
  return {
    networks: recorded.length,
    run: async () => {
      await decode(bytes);
      for (const again of recorded) await again();
    },
  };
}

/** Requests served in the same time by two worker threads, as a multiple of one's; the two take turns. */
async function scaling(config: Config, bytes: Buffer): Promise<number> {
  const services = await Promise.all([1, 2].map((workers) => openService({ ...config, workers })));
  const times: [number[], number[]] = [[], []];
  const block = (n: number) => {
    const { fetch } = services[n]!;
    const lane = async () => {
      for (let i = 0; i < 10; i++) await detect(fetch, bytes);
    };
    return timed(() => Promise.all([lane(), lane(), lane(), lane()]));
  };
  await block(0);
  await block(1);
  for (let i = 0; i < 5; i++) for (const n of [0, 1] as const) times[n].push(await block(n));
  await Promise.all(services.map(({ close }) => close()));
  return median(times[0]) / median(times[1]);
}

/** Milliseconds from starting the host as a process of its own to its first answer to a detect. */
async function startUp(bytes: Buffer): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-bench-'));
  const start = performance.now();
  const env = { ...process.env, PORT: '0', DATA_DIR: folder, FACE_SUBSCRIPTIONS: subscriptions };
  const host = spawn(process.execPath, [fileURLToPath(new URL('./local.mjs', import.meta.url))], { env });
  const ended = new Promise((resolve) => host.once('close', resolve));
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk;
      const ready = /^Visage is ready at (http\S+)$/m.exec(printed);
      if (ready) resolve(ready[1]!);
    };
    host.stdout.on('data', read);
    host.stderr.on('data', read);
    host.once('close', () => reject(new Error(`the host ended:\n${printed}`)));
  });
  await detect(fetch, bytes, address);
  const time = performance.now() - start;
  host.kill('SIGTERM');
  await ended;
  await rm(folder, { recursive: true, force: true });
  return time;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
