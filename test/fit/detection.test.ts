import { describe, expect, test } from 'vitest';
import { groupPhotographs, readGroupPhotograph } from '../../fit/data/groupPhotographs.ts';
import { makeScene } from '../../fit/data/scenes.ts';
import type { ExaminedProposal, ExaminedScene } from '../../fit/detection/examineScene.ts';
import { bestOfFaces, examplesOf } from '../../fit/detection/examples.ts';
import { fitEvidence } from '../../fit/detection/fitEvidence.ts';
import { FaceReader } from '../../fit/faceReader.ts';
import { runFit } from '../../fit/fitOptions.ts';
import { Random } from '../../fit/math/random.ts';
import { logit } from '../../shared/vision/logOdds.ts';

const reader = new FaceReader('no networks are needed');
const logistic = (z: number) => 1 / (1 + Math.exp(-z));
const group = (change: 'none' | 'smaller' | 'lying') =>
  ({ kind: 'group', photograph: 'sample1.jpg', change }) as const;

describe('scenes', () => {
  test('the faces of group photographs lie within them', async () => {
    for (const name of groupPhotographs) {
      const { image, faces } = await readGroupPhotograph(name);
      expect(faces.length).toBeGreaterThan(2);
      for (const { x, y, side } of faces) {
        expect(Math.min(x, y, image.width - x, image.height - y)).toBeGreaterThan(side / 4);
      }
    }
  });

  test('are the same for the same description', async () => {
    const [one, other] = [
      await makeScene(reader, group('smaller')),
      await makeScene(reader, group('smaller')),
    ];
    expect(other.faces).toEqual(one.faces);
    expect(Buffer.compare(other.image.data, one.image.data)).toBe(0);
  });

  test('their faces keep their place when they are turned or made smaller', async () => {
    const { faces, image } = await makeScene(reader, group('none'));
    const small = await makeScene(reader, group('smaller'));
    const scale = small.image.width / image.width;
    for (const [i, { x, y, side }] of small.faces.entries()) {
      expect(x / scale).toBeCloseTo(faces[i]!.x, -1);
      expect(y / scale).toBeCloseTo(faces[i]!.y, -1);
      expect(side / scale).toBeCloseTo(faces[i]!.side, -1);
    }
    const lying = await makeScene(reader, group('lying'));
    expect(lying.lying).toBe(true);
    const brightness = (scene: typeof lying, { x, y }: { x: number; y: number }) => {
      const at = 3 * (Math.round(y) * scene.image.width + Math.round(x));
      return scene.image.data.subarray(at, at + 3).reduce((sum, value) => sum + value, 0);
    };
    for (const [i, face] of lying.faces.entries())
      expect(
        Math.abs(brightness(lying, face) - brightness({ image, faces, lying: false }, faces[i]!)),
      ).toBeLessThan(60);
  });
});

/** Proposals whose labels follow known weights: .3, .4 and .5 of logits, and -.5 of the logarithm of disagreement. */
function madeScenes(): ExaminedScene[] {
  const random = new Random('evidence');
  const proposalOf = (): ExaminedProposal => {
    const score = random.between(0.1, 0.999);
    const [proposed, aligned] = [random.between(-6, 6), random.between(-6, 6)];
    const disagreement = Math.exp(random.between(Math.log(0.02), Math.log(0.5)));
    const z = 0.3 * logit(score) + 0.4 * proposed + 0.5 * aligned - 0.5 * Math.log(disagreement) - 1;
    const isFace = random.chance(logistic(z));
    const fullRange = random.chance(0.9) === isFace ? random.between(0.7, 1) : random.between(0, 0.3);
    const look = { proposed, aligned, disagreement, fullRange };
    const proposal = { detector: 'ultraface', score, upright: look, lying: look } as const;
    return isFace ? { ...proposal, face: 0 } : proposal;
  };
  return Array.from({ length: 400 }, (_, i) => ({
    description:
      i % 4 === 0
        ? { kind: 'portrait', photograph: `A/${i}.jpg`, change: 'none' }
        : { kind: 'group', photograph: 'sample1.jpg', change: 'none' },
    faces: [{ x: 100, y: 100, side: 50 }],
    lying: false,
    proposals: Array.from({ length: 30 }, proposalOf),
  }));
}

describe('evidence', () => {
  const scenes = madeScenes();

  test('is fitted to the weights that made the labels', async () => {
    const { proposal, examination, doubt, minimumEvidence, beyondDoubt } = await fitEvidence(scenes);
    expect(proposal.ultraface.weight).toBeCloseTo(0.3, 1);
    expect(examination.proposed).toBeCloseTo(0.4, 1);
    expect(examination.aligned).toBeCloseTo(0.5, 1);
    expect(Math.abs(examination.disagreement + 0.5)).toBeLessThan(0.15);
    // The full-range detector is right nine times in ten, whatever the examination says.
    expect(doubt.fullRange).toBeGreaterThan(0.3);
    expect(doubt.evidence).toBeCloseTo(1, 0);
    expect(minimumEvidence.proposed).toBeLessThan(minimumEvidence.examined);
    expect(minimumEvidence.examined).toBeLessThan(beyondDoubt);
  });

  test('what is proposed beside the main face of a portrait is no example', () => {
    for (const scene of scenes) {
      const examples = examplesOf(scene);
      const others = examples.filter(({ isFace }) => !isFace).length;
      expect(others > 0).toBe(scene.description.kind === 'group');
      expect(examples.length - others).toBe(scene.proposals.filter(({ face }) => face === 0).length);
    }
  });

  test('a face is as evident as its best proposal, and one without a proposal not at all', () => {
    const scene = { ...scenes[1]!, faces: [scenes[1]!.faces[0]!, { x: 0, y: 0, side: 9 }] };
    const scores = scene.proposals.filter(({ face }) => face === 0).map(({ score }) => score);
    expect(bestOfFaces(scene, ({ proposal }) => proposal.score)).toEqual([Math.max(...scores), -Infinity]);
  });
});

test('a fit without a data folder is an error that says so', async () => {
  await expect(runFit([], async () => {})).rejects.toThrow('--data DIR is missing');
  await expect(runFit(['--data', '/nowhere/at/all'], async () => {})).rejects.toThrow('/nowhere/at/all');
});
