import type { Signal } from '@preact/signals';
import type { RecognitionModel } from '../api/models.ts';
import { percent } from '../ui/text.ts';
import { meaningOf, oneIn, pairsOf, source } from './falseAccepts.ts';

/** A confidence against a threshold, and what that threshold costs in false accepts and false rejects. */
export function Threshold(props: { model: RecognitionModel; confidence: number; threshold: Signal<number> }) {
  const { model, confidence, threshold } = props;
  const same = confidence >= threshold.value;
  const { falseAccept, falseReject, rare } = meaningOf(model, threshold.value);
  return (
    <section class="card verdict" aria-label="Verdict">
      <p class={`verdict-word ${same ? 'good' : 'plain-word'}`} role="status">
        {same ? 'The same person' : 'Different people'}
        <span class="verdict-number">{confidence.toFixed(3)}</span>
      </p>
      <div class="scale">
        <div class="scale-fill" style={{ width: `${100 * confidence}%` }} />
        <label class="hidden" for="threshold">
          Threshold of confidence
        </label>
        <input
          id="threshold"
          type="range"
          min="0"
          max="1"
          step="0.01"
          value={threshold.value}
          aria-describedby="threshold-meaning"
          onInput={({ currentTarget }) => {
            threshold.value = Number(currentTarget.value);
          }}
        />
      </div>
      <p id="threshold-meaning">
        <strong>Threshold {threshold.value.toFixed(2)}</strong>
        {threshold.value === 0.5 && ' (the service’s own)'}: of two different people,{' '}
        <strong>{oneIn(falseAccept, pairsOf(model), rare)}</strong> pairs would be taken for one person; of
        two photographs of one person, <strong>{percent(falseReject, 1)}</strong> would be turned away.
      </p>
      <p class="small muted">
        Measured with {model} on {pairsOf(model).toLocaleString('en')} pairs of {source}. Your photographs may
        differ: relatives and poor light accept more.
      </p>
    </section>
  );
}
