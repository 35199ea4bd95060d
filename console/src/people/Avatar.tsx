import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { initials } from '../ui/text.ts';
import { cropOf, keepsCrops } from './keptCrops.ts';

/** A picture of a face where this browser keeps one, else initials. */
export function Avatar({ name, faceId }: { name: string; faceId?: string | undefined }) {
  const url = useSignal<string | undefined>(undefined);
  useEffect(() => {
    let made: string | undefined;
    let gone = false;
    url.value = undefined;
    if (faceId && keepsCrops.value)
      void cropOf(faceId).then((blob) => {
        if (!blob || gone) return;
        made = URL.createObjectURL(blob);
        url.value = made;
      });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [faceId, keepsCrops.value]);
  return (
    <span class="avatar" aria-hidden="true">
      {url.value ? <img src={url.value} alt="" /> : initials(name) || '?'}
    </span>
  );
}
