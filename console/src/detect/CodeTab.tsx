import { useSignal } from '@preact/signals';
import { Copy } from '../ui/Copy.tsx';
import { Segments } from '../ui/Field.tsx';
import { options, type Shot } from './shots.ts';
import { type Language, languages, snippet } from './snippets.ts';

/** The call that was made, in the languages of its users. The key is read from $FACE_KEY. */
export function CodeTab({ shot }: { shot: Shot }) {
  const language = useSignal<Language>('curl');
  const text = snippet(language.value, {
    endpoint: location.origin,
    image: typeof shot.source === 'string' ? { url: shot.source } : { file: shot.name.split('/').pop()! },
    options: shot.options ?? options.value,
  });
  return (
    <div class="stack">
      <div class="row wrap">
        <Segments
          label="Language"
          value={language.value}
          options={languages}
          onChoice={(value) => {
            language.value = value;
          }}
        />
        <span class="grow" />
        <Copy text={text} />
      </div>
      <pre class="code" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
