import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { scaledBy } from '../fit/attributes/faceSamples.ts';
import { drawOverlay } from '../fit/data/drawOverlay.ts';
import { Labels, sideOf } from '../fit/data/labels.ts';
import { photographs } from '../fit/data/lfw.ts';
import { type OverlayName, overlays } from '../fit/data/overlays.ts';
import { exposed, resized } from '../fit/data/pictureChanges.ts';
import { FaceReader } from '../fit/faceReader.ts';
import { Random } from '../fit/math/random.ts';
import { offlineConfig } from '../fit/offlineConfig.ts';
import { FaceAnalysis } from '../shared/vision/attributes/faceAnalysis.ts';
import { attributesOf } from '../shared/vision/attributes/faceAttributes.ts';
import { light } from '../shared/vision/attributes/light.ts';
import { decode } from '../shared/vision/decode.ts';
import { Engine } from '../shared/vision/engine.ts';
import type { Raster } from '../shared/vision/raster.ts';
import { reportCost } from './attributes/attributeCost.ts';
import { type EvaluatedFace, evaluateFace } from './attributes/evaluatedFace.ts';
import { reportLabelled, reportOverlaid } from './attributes/headScores.ts';
import { reportHumanLabels } from './attributes/humanLabelReport.ts';
import {
  type ExposureTrial,
  reportExposure,
  reportGenderAndAge,
  reportHalved,
  reportPictureQuality,
} from './attributes/valueReports.ts';

/**
 * `npm run bench -- attributes --lfw DIR [--limit N]`: the accuracy of the attributes on photographs of people who
 * were never used in fitting: against labels, against what is drawn on faces, in other light and at half the size;
 * and how long each takes.
 */
export async function attributes(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { lfw: { type: 'string' }, limit: { type: 'string' } } });
  if (!values.lfw) throw new Error('bench attributes needs --lfw DIR');
  const config = offlineConfig();
  const labels = new Labels(values.lfw);
  const reader = new FaceReader(config.cache);
  const files = photographs(values.lfw).filter((file) => sideOf(file) === 'judge');
  const chosen = files.slice(0, values.limit ? Number(values.limit) : files.length);
  const [plain, halved, overlaid]: [EvaluatedFace[], EvaluatedFace[], EvaluatedFace[]] = [[], [], []];
  const trials: ExposureTrial[] = [];
  for (const [i, photograph] of chosen.entries()) {
    const found = await reader.read(photograph);
    if (!found) continue;
    const { image, main } = found;
    const faceIn = (picture: Raster, scale = 1) => reader.faceAt(picture, scaledBy(main.rectangle, scale));
    const face = await faceIn(image);
    const original = await evaluateFace(face, { photograph });
    plain.push(original);
    const half = await resized(image, image.width >> 1, image.height >> 1);
    halved.push(await evaluateFace(await faceIn(half, 0.5), { photograph }));
    const names = Object.keys(overlays) as OverlayName[];
    const overlay = names[i % names.length]!;
    const picture = await drawOverlay(image, main.points, overlay, new Random(`judge ${photograph}`));
    const { coverage } = picture;
    overlaid.push(await evaluateFace(await faceIn(picture.image), { photograph, overlay, coverage }));
    const at = async (value: number) => attributesOf(await faceIn(exposed(image, value)), ['exposure']);
    trials.push({
      skin: face.get(light).skin,
      original: original.attributes,
      darker: await at(-2),
      brighter: await at(2),
    });
    if ((i + 1) % 200 === 0) console.error(`${i + 1} of ${chosen.length} photographs`);
  }
  console.log(`${plain.length} photographs of people who were not used in fitting`);
  reportLabelled(plain, labels);
  reportOverlaid(overlaid, plain, labels);
  reportGenderAndAge(plain, labels);
  reportHumanLabels(plain, labels);
  reportPictureQuality(plain, labels);
  reportHalved(plain, halved);
  reportExposure(trials);
  await measureCost(reader, new Engine(config), chosen[0]!);
}

/** Of one face in 640 x 480 pixels. */
async function measureCost(reader: FaceReader, engine: Engine, photograph: string): Promise<void> {
  const file = await sharp(photograph).resize(640, 480, { fit: 'cover' }).jpeg().toBuffer();
  const image = await decode(file);
  const { rectangle } = (await reader.mainFace(image))!;
  const { image: pyramid, points, networks } = await reader.faceAt(image, rectangle);
  await reportCost(engine, file, async () => new FaceAnalysis(pyramid, points, networks));
}
