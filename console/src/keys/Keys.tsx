import { useSignal } from '@preact/signals';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { KeyForm } from './KeyForm.tsx';
import { active, choose, forget, masked, note, profiles } from './profiles.ts';

/** Which key is used, in the bar, and the dialog of all of them. */
export function Keys() {
  const open = useSignal(false);
  const close = () => {
    open.value = false;
  };
  const profile = active.value;
  return (
    <div class="keys">
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          open.value = true;
        }}
      >
        <Icon name="key" />
        <span class="hidden">Keys: </span>
        {profile ? (
          <span class="keys-name">
            {profile.name} <code class="muted">{masked(profile.key)}</code>
          </span>
        ) : (
          'Add a key'
        )}
      </button>
      {open.value && (
        <Dialog title="Keys" close={close}>
          <ul class="plain stack">
            {profiles.value.map((each) => (
              <li key={each.id} class="row profile">
                <label class="check grow">
                  <input
                    type="radio"
                    name="profile"
                    checked={each.id === profile?.id}
                    onChange={() => choose(each.id)}
                  />
                  <span>
                    <strong>{each.name}</strong> <code>{masked(each.key)}</code>
                    <br />
                    <span class="small muted">
                      {each.subscription ? `subscription ${each.subscription} · ` : ''}
                      {each.remembered ? 'remembered' : 'until this tab closes'}
                    </span>
                  </span>
                </label>
                <button
                  type="button"
                  class="button small-button"
                  onClick={() => note(each.id, { remembered: !each.remembered })}
                >
                  {each.remembered ? 'Do not remember' : 'Remember'}
                </button>
                <button
                  type="button"
                  class="button quiet"
                  aria-label={`Forget ${each.name}`}
                  onClick={() => forget(each.id)}
                >
                  <Icon name="trash" />
                </button>
              </li>
            ))}
          </ul>
          <h3>Add a key</h3>
          <KeyForm done={close} />
        </Dialog>
      )}
    </div>
  );
}
