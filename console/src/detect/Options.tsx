import { useSignal } from '@preact/signals';
import { about, attributeNames, detectionModels, recognitionModels } from '../api/models.ts';
import { Check, Choice } from '../ui/Field.tsx';
import { again, options } from './shots.ts';

/** The parameters of the call. */
export function Options() {
  const draft = useSignal(options.value);
  const set = (change: Partial<typeof draft.value>) => {
    draft.value = { ...draft.value, ...change };
  };
  const { attributes = [] } = draft.value;
  const changed = draft.value !== options.value;
  const apply = (event: Event) => {
    event.preventDefault();
    options.value = draft.value;
    again();
  };
  return (
    <details class="card options">
      <summary>Models and attributes</summary>
      <form class="stack" onSubmit={apply}>
        <div class="row wrap">
          <Choice
            label="Detection model"
            value={draft.value.detectionModel}
            options={detectionModels.map((model) => [model, `${model}: ${about[model]}`])}
            onChoice={(detectionModel) => set({ detectionModel })}
          />
          <Choice
            label="Recognition model"
            value={draft.value.recognitionModel ?? 'recognition_01'}
            options={recognitionModels.map((model) => [model, `${model}: ${about[model]}`])}
            onChoice={(recognitionModel) => set({ recognitionModel })}
          />
        </div>
        <fieldset>
          <legend>Attributes</legend>
          <div class="checks">
            {attributeNames.map((name) => (
              <Check
                key={name}
                label={name}
                checked={attributes.includes(name)}
                onCheck={(on) =>
                  set({
                    attributes: attributeNames.filter((each) =>
                      each === name ? on : attributes.includes(each),
                    ),
                  })
                }
              />
            ))}
          </div>
          <p class="row">
            <button type="button" class="link small" onClick={() => set({ attributes: attributeNames })}>
              All
            </button>
            <button type="button" class="link small" onClick={() => set({ attributes: [] })}>
              None
            </button>
          </p>
        </fieldset>
        <Check
          label="27 landmarks"
          checked={draft.value.landmarks ?? false}
          onCheck={(landmarks) => set({ landmarks })}
        />
        <div class="row end">
          <button type="submit" class="button" disabled={!changed}>
            Detect again
          </button>
        </div>
      </form>
    </details>
  );
}
