import {
  type EvidenceModel,
  examinedEvidence,
  fullRangeLogit,
  logDisagreementOf,
  proposalEvidence,
  proposedEvidence,
  resolvedEvidence,
} from '../../shared/vision/detection/evidenceModel.ts';
import { logit } from '../../shared/vision/logOdds.ts';
import { fitLogistic } from '../math/logistic.ts';
import { matrix } from '../math/matrix.ts';
import type { ExaminedScene } from './examineScene.ts';
import { bestOfFaces, type Example, examplesOf } from './examples.ts';

/** Strength of the penalty on weights. */
const l2 = 1e-4;

/** Evidence of the examination that leaves doubt. Chosen: a wider range takes longer and finds no more faces. */
const doubtful = { from: -1.5, to: 4 };

/** Landmarks are looked for from this far below the highest threshold that loses no face of the scenes. */
const margin = 1;

/**
 * Logistic regressions on the faces of the scenes and on proposals that are none, both of the same weight: first on the
 * features of the examination; then, for what that leaves in doubt, on its evidence and the full-range detector's
 * score. The thresholds are those of the fewest errors.
 */
export async function fitEvidence(scenes: readonly ExaminedScene[]): Promise<EvidenceModel> {
  const examples = scenes.flatMap(examplesOf);
  const examined = await fitExamination(examples);
  const leaving = examples.filter((example) => {
    const evidence = examinationOf(examined, example);
    return evidence >= doubtful.from && evidence < doubtful.to;
  });
  const [evidence, fullRange, offset] = await fitWeights(leaving, (example) => [
    examinationOf(examined, example),
    fullRangeLogit(example.look.fullRange),
    1,
  ]);
  const model: EvidenceModel = {
    ...examined,
    doubt: { evidence: rounded(evidence), fullRange: rounded(fullRange), offset: rounded(offset) },
  };
  const final = fewestErrors(model, scenes);
  const resolved = { ...model, minimumEvidence: { ...model.minimumEvidence, final } };
  const proposed = losingNoFace(resolved, scenes) - margin;
  return { ...resolved, minimumEvidence: { ...resolved.minimumEvidence, proposed } };
}

/** A model that decides by the examination alone. */
async function fitExamination(examples: readonly Example[]): Promise<EvidenceModel> {
  const [ultraface, fullRange, isFullRange, proposed, aligned, disagreement, offset] = await fitWeights(
    examples,
    ({ proposal: { detector, score }, look }) => [
      detector === 'ultraface' ? logit(score) : 0,
      detector === 'fullRange' ? logit(score) : 0,
      detector === 'fullRange' ? 1 : 0,
      look.proposed,
      look.aligned,
      logDisagreementOf(look.disagreement),
      1,
    ],
  );
  return {
    proposal: {
      ultraface: { weight: rounded(ultraface), offset: rounded(offset) },
      fullRange: { weight: rounded(fullRange), offset: rounded(offset! + isFullRange!) },
    },
    examination: {
      proposed: rounded(proposed),
      aligned: rounded(aligned),
      disagreement: rounded(disagreement),
    },
    doubt: { evidence: 1, fullRange: 0, offset: 0 },
    minimumEvidence: { proposed: -Infinity, examined: doubtful.from, final: 0 },
    beyondDoubt: doubtful.to,
  };
}

/** features: the last is 1. Weights, the offset last. */
async function fitWeights(
  examples: readonly Example[],
  features: (example: Example) => number[],
): Promise<number[]> {
  const rows = examples.map(features);
  const columns = rows[0]?.length ?? 0;
  const x = matrix(rows.length, columns, Float32Array.from(rows.flat()));
  const targets = Float32Array.from(examples, ({ isFace }) => Number(isFace));
  const importance = balancedWeights(examples);
  const { data } = await fitLogistic(x, matrix(rows.length, 1, targets), matrix(rows.length, 1, importance), {
    l2,
    iterations: 500,
  });
  return [...data];
}

/** Half of the weight for faces and half for others, and of each half the same for each of its sources. */
function balancedWeights(examples: readonly Example[]): Float32Array<ArrayBuffer> {
  const counts = new Map<string, number>();
  const keyOf = ({ isFace, source }: Example) => `${isFace} ${source}`;
  for (const example of examples) counts.set(keyOf(example), (counts.get(keyOf(example)) ?? 0) + 1);
  const sources = (isFace: boolean) =>
    [...counts.keys()].filter((key) => key.startsWith(`${isFace} `)).length;
  return Float32Array.from(examples, (example) => 1 / counts.get(keyOf(example))! / sources(example.isFace));
}

function proposedOf(model: EvidenceModel, { proposal, look }: Example): number {
  return proposedEvidence(model, proposalEvidence(model, proposal), look.proposed);
}

function examinationOf(model: EvidenceModel, example: Example): number {
  return examinedEvidence(model, proposedOf(model, example), example.look);
}

/** As the service decides; -Infinity where it stops before the last step. */
function finalOf(model: EvidenceModel, example: Example): number {
  if (proposedOf(model, example) < model.minimumEvidence.proposed) return -Infinity;
  const evidence = examinationOf(model, example);
  if (evidence < model.minimumEvidence.examined) return -Infinity;
  return evidence < model.beyondDoubt ? resolvedEvidence(model, evidence, example.look.fullRange) : evidence;
}

/** The lowest tenth of evidence that has the fewest errors in group photographs, all of whose faces are known. */
function fewestErrors(model: EvidenceModel, scenes: readonly ExaminedScene[]): number {
  const groups = scenes.filter(({ description }) => description.kind === 'group');
  const faces = groups.flatMap((scene) => bestOfFaces(scene, (example) => finalOf(model, example)));
  const others = groups
    .flatMap(examplesOf)
    .filter(({ isFace }) => !isFace)
    .map((example) => finalOf(model, example));
  const errorsAt = (least: number) =>
    faces.filter((evidence) => evidence < least).length +
    others.filter((evidence) => evidence >= least).length;
  const tenths = Array.from({ length: 101 }, (_, i) => (i - 50) / 10);
  return tenths.reduce((best, least) => (errorsAt(least) < errorsAt(best) ? least : best));
}

/** The highest half of evidence before landmarks are looked for that loses none of the faces found without it. */
function losingNoFace(model: EvidenceModel, scenes: readonly ExaminedScene[]): number {
  const foundAt = (proposed: number) => {
    const pruned = { ...model, minimumEvidence: { ...model.minimumEvidence, proposed } };
    return scenes
      .flatMap((scene) => bestOfFaces(scene, (example) => finalOf(pruned, example)))
      .filter((evidence) => evidence >= model.minimumEvidence.final).length;
  };
  const all = foundAt(-Infinity);
  let proposed = 5;
  while (proposed > -10 && foundAt(proposed) < all) proposed -= 0.5;
  return proposed;
}

const rounded = (value: number | undefined) => Number(value!.toFixed(3));
