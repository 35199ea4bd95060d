import { signal, useSignal } from '@preact/signals';
import { about, type RecognitionModel, recognitionModels } from '../api/models.ts';
import { Choice, Segments } from '../ui/Field.tsx';
import { Grouping } from './Grouping.tsx';
import { Similar } from './Similar.tsx';
import { Verify } from './Verify.tsx';

const modes = [
  ['verify', 'Verify'],
  ['similar', 'Find similar'],
  ['group', 'Group'],
] as const;
const mode = signal<(typeof modes)[number][0]>('verify');

const views = { verify: Verify, similar: Similar, group: Grouping };
const explained = {
  verify: 'Are these two faces of one person?',
  similar: 'Which faces look like this one?',
  group: 'Which of many faces are of one person?',
};

export function Compare() {
  const model = useSignal<RecognitionModel>('recognition_04');
  const View = views[mode.value];
  return (
    <div class="view">
      <header class="row wrap head">
        <div class="grow">
          <h1>Compare</h1>
          <p class="muted">{explained[mode.value]}</p>
        </div>
        <Segments
          label="Comparison"
          value={mode.value}
          options={modes}
          onChoice={(value) => {
            mode.value = value;
          }}
        />
        <Choice
          label="Recognition model"
          value={model.value}
          options={recognitionModels.map((each) => [each, `${each}: ${about[each]}`])}
          onChoice={(value) => {
            model.value = value;
          }}
        />
      </header>
      <View model={model} />
    </div>
  );
}
