import { useSignal } from '@preact/signals';
import * as z from 'zod/mini';
import { call } from '../api/call.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Check, TextField } from '../ui/Field.tsx';
import { useTask } from '../ui/useTask.ts';
import { keep } from './profiles.ts';

/** Takes a key, tries it and keeps it. welcome: as a view of its own, before there is any key. */
export function KeyForm(props: { welcome?: boolean; done?: () => void }) {
  const name = useSignal('');
  const key = useSignal('');
  const subscription = useSignal('');
  const remembered = useSignal(false);
  const task = useTask();
  const submit = async (event: Event) => {
    event.preventDefault();
    const given = key.value.trim();
    const good = await task.run(() => call(given, z.unknown(), { path: 'facelists', query: { top: 1 } }));
    if (!good) return;
    keep({
      name: name.value.trim() || `key ${given.slice(-4)}`,
      key: given,
      remembered: remembered.value,
      ...(subscription.value.trim() && { subscription: subscription.value.trim() }),
    });
    props.done?.();
  };
  return (
    <form class={props.welcome ? 'card welcome' : 'stack'} onSubmit={submit}>
      {props.welcome && (
        <header>
          <h1>Welcome to Visage</h1>
          <p class="muted">
            Enter a key of this installation to begin. <code>npm start</code> prints keys, and a link that
            brings one along.
          </p>
        </header>
      )}
      <TextField
        label="Key"
        type="password"
        required
        value={key.value}
        onText={(text) => {
          key.value = text;
        }}
      />
      <TextField
        label="Name"
        placeholder="production"
        hint="What you call it; you can hold several keys and switch between them."
        value={name.value}
        onText={(text) => {
          name.value = text;
        }}
      />
      <TextField
        label="Subscription id (optional)"
        hint="Needed only to hand snapshots to this subscription from another one."
        value={subscription.value}
        onText={(text) => {
          subscription.value = text;
        }}
      />
      <Check
        label="Remember in this browser, also when it is closed"
        checked={remembered.value}
        onCheck={(on) => {
          remembered.value = on;
        }}
      />
      <ErrorNote error={task.error} />
      <div class="row end">
        <button type="submit" class="button primary" disabled={task.busy || key.value.trim() === ''}>
          {task.busy ? 'Trying the key …' : 'Use this key'}
        </button>
      </div>
    </form>
  );
}
