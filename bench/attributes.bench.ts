import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { exposed } from '../fit/attributes/respond.ts';
import { Sampler, scaled } from '../fit/attributes/sample.ts';
import { ByEye } from '../fit/data/byEye.ts';
import { Labels, sideOf } from '../fit/data/labels.ts';
import { byEyeOf, photographs } from '../fit/data/lfw.ts';
import { type OverlayName, overlays } from '../fit/data/overlays.ts';
import { drawn } from '../fit/data/pictures.ts';
import { Random } from '../fit/math/random.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { FaceAnalysis } from '../shared/vision/attributes/faceAnalysis.ts';
import { attributesOf } from '../shared/vision/attributes/faceAttributes.ts';
import { light } from '../shared/vision/attributes/light.ts';
import { decode } from '../shared/vision/decode.ts';
import { Engine } from '../shared/vision/engine.ts';
import { type Raster, rasterOf } from '../shared/vision/raster.ts';
import { reportCost } from './attributes/cost.ts';
import { reportCovered, reportLabelled } from './attributes/headReports.ts';
import { type Judged, judge } from './attributes/judge.ts';
import {
  type Lit,
  reportGenderAndAge,
  reportHalved,
  reportLight,
  reportPicture,
} from './attributes/report.ts';
import { reportSeen } from './attributes/seen.ts';

/**
 * `npm run bench -- attributes --lfw DIR [--limit N]`: what the attributes are worth on photographs of people who
 * were never used in fitting: against labels, against what is drawn on faces, in other light and at half the size;
 * and what each costs.
 */
export async function attributes(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { lfw: { type: 'string' }, limit: { type: 'string' } } });
  if (!values.lfw) throw new Error('bench attributes needs --lfw DIR');
  const config = offlineConfig();
  const labels = new Labels(values.lfw, new ByEye(byEyeOf(values.lfw)));
  const sampler = new Sampler(config.cache);
  const files = photographs(values.lfw).filter((file) => sideOf(file) === 'judge');
  const chosen = files.slice(0, values.limit ? Number(values.limit) : files.length);
  const [plain, halved, covered, lit]: [Judged[], Judged[], Judged[], Lit[]] = [[], [], [], []];
  for (const [i, photograph] of chosen.entries()) {
    const image = await decode(await readFile(photograph));
    const found = await sampler.mainFace(image);
    if (!found) continue;
    const faceIn = (picture: Raster, scale = 1) => sampler.face(picture, scaled(found.rectangle, scale));
    const face = await faceIn(image);
    const one = await judge(face, { photograph });
    plain.push(one);
    halved.push(await judge(await faceIn(await half(image), 0.5), { photograph }));
    const names = Object.keys(overlays) as OverlayName[];
    const overlay = names[i % names.length]!;
    const picture = await drawn(image, found.points, overlay, new Random(`judge ${photograph}`));
    const { coverage } = picture;
    covered.push(await judge(await faceIn(picture.image), { photograph, overlay, coverage }));
    const at = async (value: number) => attributesOf(await faceIn(exposed(image, value)), ['exposure']);
    lit.push({
      skin: face.get(light).skin,
      asItIs: one.attributes,
      darker: await at(-2),
      brighter: await at(2),
    });
    if ((i + 1) % 200 === 0) console.error(`${i + 1} of ${chosen.length} photographs`);
  }
  console.log(`${plain.length} photographs of people who were not used in fitting`);
  reportLabelled(plain, labels);
  reportCovered(covered, plain, labels);
  reportGenderAndAge(plain, labels);
  reportSeen(plain, labels);
  reportPicture(plain, labels);
  reportHalved(plain, halved);
  reportLight(lit);
  await cost(sampler, new Engine(config), chosen[0]!);
}

/** On one face in 640 x 480. */
async function cost(sampler: Sampler, engine: Engine, photograph: string): Promise<void> {
  const file = await sharp(photograph).resize(640, 480, { fit: 'cover' }).jpeg().toBuffer();
  const image = await decode(file);
  const { rectangle } = (await sampler.mainFace(image))!;
  const { image: pyramid, points, networks } = await sampler.face(image, rectangle);
  await reportCost(engine, file, async () => new FaceAnalysis(pyramid, points, networks));
}

async function half({ data, width, height }: Raster): Promise<Raster> {
  const small = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(width >> 1, height >> 1)
    .raw()
    .toBuffer();
  return rasterOf(small, width >> 1, height >> 1);
}
