import { useSignal } from '@preact/signals';
import { Icon } from './icons.tsx';

/** Copies a text; where the browser does not let it, the text is there to be selected. */
export function Copy({ text }: { text: string }) {
  const said = useSignal('Copy');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = 'Copied';
    } catch {
      said.value = 'Select it and copy';
    }
    setTimeout(() => {
      said.value = 'Copy';
    }, 2000);
  };
  return (
    <button type="button" class="button small-button" onClick={copy}>
      <Icon name="copy" />
      <span aria-live="polite">{said}</span>
    </button>
  );
}
