import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idFrom } from '../../console/src/collections/idRule.ts';
import { meaningOf, oneIn, pairsOf } from '../../console/src/compare/falseAccepts.ts';
import { poseAxes } from '../../console/src/detect/pose.ts';
import { markOf, readMark } from '../../console/src/enrol/job.ts';
import { arrange } from '../../console/src/enrol/plan.ts';
import { inLanes } from '../../console/src/images/lanes.ts';
import { recognitionModels } from '../../shared/modelNames.ts';

const file = (path: string, size = 2_000, type = 'image/jpeg') => ({
  path,
  file: new File(['x'.repeat(size)], path.split('/').pop()!, { type }),
});
const names = (found: ReturnType<typeof file>[]) =>
  arrange(found).persons.map(({ name, files }) => [name, files.map(({ path }) => path)]);

describe('a folder as a plan', () => {
  it('takes each folder for a person, whatever lies deeper in it', () => {
    expect(names([file('all/Ben/2.jpg'), file('all/Ben/more/10.jpg'), file('all/Ann/1.jpg')])).toEqual([
      ['Ann', ['all/Ann/1.jpg']],
      ['Ben', ['all/Ben/2.jpg', 'all/Ben/more/10.jpg']],
    ]);
  });
  it('takes several folders for a person each, and one without folders for a person', () => {
    expect(names([file('Ann/1.jpg'), file('Ben/1.jpg')])).toEqual([
      ['Ann', ['Ann/1.jpg']],
      ['Ben', ['Ben/1.jpg']],
    ]);
    expect(names([file('Ann/1.jpg'), file('Ann/2.jpg')])).toEqual([['Ann', ['Ann/1.jpg', 'Ann/2.jpg']]]);
  });
  it('says of every file that it leaves out why', () => {
    const { skips } = arrange([
      file('all/Ann/1.jpg'),
      file('all/Ann/.DS_Store', 2_000, ''),
      file('all/Ann/notes.txt', 2_000, 'text/plain'),
      file('all/Ann/IMG.HEIC', 2_000, ''),
      file('all/Ann/tiny.jpg', 1_023),
      file(`all/${'n'.repeat(129)}/1.jpg`),
      file('all/loose.jpg'),
    ]);
    expect(Object.fromEntries(skips.map(({ path, why }) => [path.slice(0, 20), why]))).toEqual({
      'all/Ann/.DS_Store': 'a file of the system',
      'all/Ann/notes.txt': 'not a photograph',
      'all/Ann/IMG.HEIC': 'HEIC, which the service does not read: export it as JPEG',
      'all/Ann/tiny.jpg': 'smaller than 1 KB',
      'all/nnnnnnnnnnnnnnnn': 'its folder’s name is longer than 128 characters',
      'all/loose.jpg': 'lies in no person’s folder',
    });
  });
  it('loses no file', () => {
    const segment = fc.constantFrom('a', 'b', '.c', 'd.jpg', 'e.txt');
    const paths = fc.uniqueArray(
      fc.array(segment, { minLength: 1, maxLength: 4 }).map((all) => all.join('/')),
    );
    fc.assert(
      fc.property(paths, (all) => {
        const { persons, skips } = arrange(all.map((path) => file(path, 2_000, '')));
        const kept = persons.flatMap(({ files }) => files.map(({ path }) => path));
        expect([...kept, ...skips.map(({ path }) => path)].sort()).toEqual([...all].sort());
      }),
    );
  });
});

describe('what a threshold means', () => {
  it('is what was measured at the thresholds measured, and falls between them', () => {
    for (const model of recognitionModels) {
      // The calibration puts a false accept rate of 1e-3 at .5 and about 1e-4 at .6.
      expect(meaningOf(model, 0.5).falseAccept).toBeGreaterThan(7e-4);
      expect(meaningOf(model, 0.5).falseAccept).toBeLessThan(1.3e-3);
      expect(meaningOf(model, 0.6).falseAccept).toBeLessThan(1.6e-4);
      fc.assert(
        fc.property(fc.double({ min: 0, max: 0.99, noNaN: true }), (threshold) => {
          const [here, next] = [meaningOf(model, threshold), meaningOf(model, threshold + 0.01)];
          // But for the last digit of a double.
          expect(next.falseAccept).toBeLessThanOrEqual(here.falseAccept * (1 + 1e-9));
          expect(next.falseReject).toBeGreaterThanOrEqual(here.falseReject * (1 - 1e-9));
        }),
      );
    }
  });
  it('is told as one pair in so many, and no rarer than was measured', () => {
    expect(oneIn(0.000928, 2e6, false)).toBe('1 in 1,100');
    expect(oneIn(0.0196, 2e6, false)).toBe('1 in 51');
    expect(oneIn(0.9, 2e6, false)).toBe('most');
    const { falseAccept, rare } = meaningOf('recognition_04', 1);
    expect(oneIn(falseAccept, pairsOf('recognition_04'), rare)).toBe('fewer than 1 in 200,000');
  });
});

describe('pose axes', () => {
  const axis = (pose: Parameters<typeof poseAxes>[0], name: string) =>
    poseAxes(pose).find((each) => each.axis === name)!;
  it('follow the signs of the API', () => {
    expect(axis({ roll: 0, yaw: 0, pitch: 0 }, 'up').y).toBeCloseTo(-1);
    expect(axis({ roll: 0, yaw: 30, pitch: 0 }, 'forward').x).toBeCloseTo(0.5); // to the image's right
    expect(axis({ roll: 0, yaw: 0, pitch: 30 }, 'forward').y).toBeCloseTo(-0.5); // up
    expect(axis({ roll: 30, yaw: 0, pitch: 0 }, 'up').x).toBeCloseTo(0.5); // clockwise
  });
});

describe('small parts', () => {
  it('suggest ids that the contract takes', () => {
    expect(idFrom('Zoë & Friends, 2026')).toBe('zoe-friends-2026');
    fc.assert(fc.property(fc.string(), (name) => /^[a-z0-9_-]{0,64}$/.test(idFrom(name))));
  });
  it('mark a face with its file within 1 KB, and read any userData', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 2_000 }), (path) => {
        const mark = markOf({ path: path.replaceAll(/["\\]/g, ''), sha256: 'f'.repeat(64) });
        expect(mark.length).toBeLessThanOrEqual(1_024);
        expect(readMark(mark).sha256).toBe('f'.repeat(64));
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => typeof readMark(text) === 'object'));
    expect(readMark('null')).toEqual({});
  });
  it('work in lanes: all in order, none after a failure, and nothing left running', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (n: number) => {
      begun.push(n);
      await new Promise((resolve) => setTimeout(resolve, n === 2 ? 1 : 10));
      ended.push(n);
      if (n === 2) throw new Error('two');
    };
    await expect(inLanes([1, 2, 3, 4], 2, work)).rejects.toThrow('two');
    expect([begun, ended]).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
});
