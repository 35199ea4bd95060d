import { useSignal } from '@preact/signals';
import { personGroup } from '../api/collectionKinds.ts';
import { type Collection, createCollection } from '../api/collections.ts';
import { about, type RecognitionModel, recognitionModels } from '../api/models.ts';
import { idFrom, idRule } from '../collections/idRule.ts';
import { active } from '../keys/profiles.ts';
import { go } from '../router.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Check, Choice, TextField } from '../ui/Field.tsx';
import { bytes, count } from '../ui/text.ts';
import { useTask } from '../ui/useTask.ts';
import type { CheckedPlan } from './check.ts';
import { begin } from './jobControl.ts';

interface PlanProps {
  plan: CheckedPlan;
  into?: Collection | undefined;
  suggestedName: string;
  close: () => void;
}

/** What would be enrolled, and what left out and why; nothing was sent yet. */
export function PlanView({ plan, into, suggestedName, close }: PlanProps) {
  const name = useSignal(suggestedName);
  const ownId = useSignal<string | undefined>(undefined);
  const model = useSignal<RecognitionModel>('recognition_04');
  const allowLow = useSignal(false);
  const task = useTask();
  const files = plan.persons.flatMap((person) => person.files);
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  const fresh = plan.persons.filter(({ personId }) => !personId).length;
  const id = into?.id ?? ownId.value ?? idFrom(name.value);
  const start = (event: Event) => {
    event.preventDefault();
    void task.run(async () => {
      const kind = into?.kind ?? personGroup;
      const title = into?.name ?? (name.value.trim() || id);
      const recognitionModel = model.value;
      if (!into) await createCollection(active.value!.key, kind, id, { name: title, recognitionModel });
      await begin(plan, {
        profile: active.value!.id,
        kind: kind.path,
        group: id,
        title,
        allowLow: allowLow.value,
      });
      close();
      go('people', kind.path, id, 'enrol');
    });
  };
  return (
    <form class="card stack plan" onSubmit={start} aria-label="Plan">
      <h2>Plan</h2>
      <p>
        <strong>{count(plan.persons.length, 'person', 'persons')}</strong>
        {into && fresh < plan.persons.length && ` (${plan.persons.length - fresh} there already)`},{' '}
        <strong>{count(files.length, 'photograph')}</strong> of {bytes(size)}
        {plan.skips.length > 0 && (
          <>
            ; <strong>{count(plan.skips.length, 'file')}</strong> left out
          </>
        )}
        .
      </p>
      {files.length === 0 && <p class="note">There is nothing to enrol in this folder.</p>}
      <div class="plan-lists">
        {plan.persons.length > 0 && (
          <div class="scroll" tabIndex={0} role="region" aria-label="Persons of the plan">
            <table>
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">Photographs</th>
                </tr>
              </thead>
              <tbody>
                {plan.persons.map(({ name, files, personId }) => (
                  <tr key={name}>
                    <td class="name">
                      {name} {personId && <span class="badge">there already</span>}
                    </td>
                    <td>{files.length}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {plan.skips.length > 0 && (
          <div class="scroll" tabIndex={0} role="region" aria-label="Files left out">
            <table>
              <thead>
                <tr>
                  <th scope="col">Left out</th>
                  <th scope="col">Why</th>
                </tr>
              </thead>
              <tbody>
                {plan.skips.map(({ path, why }) => (
                  <tr key={path}>
                    <td class="small name">{path}</td>
                    <td class="small">{why}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
      {into ? (
        <p>
          Into <strong class="name">{into.name}</strong> <code>{into.id}</code>.
        </p>
      ) : (
        <div class="row wrap">
          <TextField
            label="Name of the new group"
            required
            maxLength={128}
            value={name.value}
            onText={(text) => {
              name.value = text;
            }}
          />
          <TextField
            label="Id"
            required
            pattern={idRule}
            value={id}
            onText={(text) => {
              ownId.value = text;
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
        </div>
      )}
      <Check
        label="Enrol faces of low quality too (they are recognised less well)"
        checked={allowLow.value}
        onCheck={(on) => {
          allowLow.value = on;
        }}
      />
      <p class="small muted">
        The photographs are kept in this browser until they are enrolled or you dismiss the list, so that a
        reload loses nothing. The service keeps features alone.
      </p>
      <ErrorNote error={task.error} />
      <div class="row end">
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="button primary" disabled={files.length === 0 || task.busy}>
          Enrol {count(files.length, 'photograph')}
        </button>
      </div>
    </form>
  );
}
