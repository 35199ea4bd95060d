import { median } from '../../fit/math/statistics.ts';
import { type AttributeName, attributeNames } from '../../shared/modelNames.ts';
import type { FaceAnalysis } from '../../shared/vision/attributes/faceAnalysis.ts';
import { attributesOf } from '../../shared/vision/attributes/faceAttributes.ts';
import type { Engine } from '../../shared/vision/engine.ts';
import { milliseconds, table } from '../textTable.ts';

/**
 * How long attributes take beyond detection and landmarks of one face. What is compared takes turns in one process:
 * read the ratios.
 */
export async function reportCost(
  engine: Engine,
  image: Uint8Array,
  face: () => Promise<FaceAnalysis>,
): Promise<void> {
  const runs = 40;
  const without: number[] = [];
  const withAll: number[] = [];
  const alone = new Map<AttributeName, number[]>(attributeNames.map((name) => [name, []]));
  for (let i = 0; i < runs + 5; i++) {
    const analysis = { detectionModel: 'detection_01', landmarks: true } as const;
    const times: [number[], () => Promise<unknown>][] = [
      [without, () => engine.analyse(image, analysis)],
      [withAll, () => engine.analyse(image, { ...analysis, attributes: attributeNames })],
    ];
    for (const name of attributeNames) {
      const fresh = await face();
      times.push([alone.get(name)!, () => attributesOf(fresh, [name])]);
    }
    for (const [list, act] of times) {
      const start = performance.now();
      await act();
      if (i >= 5) list.push(performance.now() - start);
    }
  }
  const [base, all] = [median(without), median(withAll)];
  console.log(
    `\ndetection_01 with landmarks: ${milliseconds(base)} ms; with all attributes ${milliseconds(all)} ms: they add ${((all - base) / base).toFixed(2)} times as much`,
  );
  console.log(
    table(
      ['attribute alone', 'ms'],
      attributeNames.map((name) => [name, milliseconds(median(alone.get(name)!))]),
    ),
  );
}
