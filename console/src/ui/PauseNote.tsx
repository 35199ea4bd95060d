import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { pausedUntil } from '../api/pace.ts';
import { count } from './text.ts';

/** Says that calls wait because the service asked for it. */
export function PauseNote() {
  const now = useSignal(Date.now());
  const until = pausedUntil.value;
  useEffect(() => {
    now.value = Date.now();
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 500);
    return () => clearInterval(timer);
  }, [until]);
  const left = Math.ceil((until - now.value) / 1000);
  return (
    <div role="status">
      {left > 0 && (
        <p class="note">
          The rate limit of this key is reached. Going on by itself in {count(left, 'second')}.
        </p>
      )}
    </div>
  );
}
