/** Area under the ROC curve: how often a positive scores above a negative, ties counting half (Mann-Whitney). */
export function areaUnderCurve(scores: ArrayLike<number>, positive: ArrayLike<boolean>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && scores[order[last + 1]!] === scores[order[first]!]) last++;
    const rank = (first + last) / 2 + 1;
    for (let i = first; i <= last; i++)
      if (positive[order[i]!]) {
        rankSum += rank;
        positives++;
      }
    first = last + 1;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean of the true positive and true negative rates of calling scores above `threshold` positive. */
export function balancedAccuracy(
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean>,
  threshold: number,
): number {
  const right = [0, 0];
  const all = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const kind = positive[i] ? 1 : 0;
    all[kind]!++;
    if (scores[i]! > threshold === Boolean(positive[i])) right[kind]!++;
  }
  return (right[0]! / all[0]! + right[1]! / all[1]!) / 2;
}

/** The threshold of the highest balanced accuracy: the middle of the best stretch between two scores. */
export function bestThreshold(scores: ArrayLike<number>, positive: ArrayLike<boolean>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const positives = order.filter((i) => positive[i]).length;
  const negatives = order.length - positives;
  let below = { positives: 0, negatives: 0 };
  let best = { value: -1, from: 0, to: 0 };
  order.forEach((i, rank) => {
    below = positive[i]
      ? { ...below, positives: below.positives + 1 }
      : { ...below, negatives: below.negatives + 1 };
    const value = below.negatives / negatives - below.positives / positives;
    if (value > best.value + 1e-12) best = { value, from: scores[i]!, to: scores[order[rank + 1] ?? i]! };
  });
  return (best.from + best.to) / 2;
}

interface Bin {
  count: number;
  stated: number;
  observed: number;
}

/** Stated probabilities and observed frequencies, by tenths. truth: 0 to 1. */
function reliability(stated: ArrayLike<number>, truth: ArrayLike<number>, bins = 10): Bin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, stated: 0, observed: 0 }));
  for (let i = 0; i < stated.length; i++) {
    const bin = sums[Math.min(bins - 1, Math.floor(stated[i]! * bins))]!;
    bin.count++;
    bin.stated += stated[i]!;
    bin.observed += truth[i]!;
  }
  return sums.map((bin) => ({
    count: bin.count,
    stated: bin.stated / bin.count,
    observed: bin.observed / bin.count,
  }));
}

/** Expected calibration error (Naeini et al. 2015): the bins' gaps between stated and observed, weighted by count. */
export function calibrationError(stated: ArrayLike<number>, truth: ArrayLike<number>): number {
  return reliability(stated, truth)
    .filter(({ count }) => count > 0)
    .reduce((sum, bin) => sum + (bin.count / stated.length) * Math.abs(bin.stated - bin.observed), 0);
}
