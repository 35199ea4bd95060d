import { useSignal } from '@preact/signals';
import { Icon } from './icons.tsx';
import { useLoad } from './useTask.ts';

/**
 * A listing page by page: the API pages by the last id seen, so the way back is remembered.
 * load: answers up to `size` entries after an id.
 */
export function usePages<T>(
  load: (start: string, top: number) => Promise<T[]>,
  idOf: (entry: T) => string,
  dependsOn: readonly unknown[],
  size = 100,
) {
  const starts = useSignal<readonly string[]>(['']);
  // One more than shown tells whether there is a next page. The page shown stays until another is there.
  const page = useLoad(async () => {
    const at = starts.peek();
    return { at, loaded: await load(at.at(-1)!, size + 1) };
  }, dependsOn);
  const go = (to: readonly string[]) => {
    starts.value = to;
    void page.reload();
  };
  const { at = [''], loaded } = page.data ?? {};
  const entries = loaded?.slice(0, size);
  return {
    ...page,
    data: entries,
    first: (at.length - 1) * size,
    next: (loaded?.length ?? 0) > size ? () => go([...at, idOf(entries!.at(-1)!)]) : undefined,
    previous: at.length > 1 ? () => go(at.slice(0, -1)) : undefined,
  };
}

interface PagerProps {
  first: number;
  data: readonly unknown[] | undefined;
  next: (() => void) | undefined;
  previous: (() => void) | undefined;
  what: string;
}

export function Pager({ first, data = [], next, previous, what }: PagerProps) {
  if (!next && !previous) return null;
  return (
    <nav class="pager row" aria-label={`Pages of ${what}`}>
      <button type="button" class="button" disabled={!previous} onClick={previous}>
        <Icon name="back" /> Previous
      </button>
      <span role="status">
        {first + 1} to {first + data.length}
      </span>
      <button type="button" class="button" disabled={!next} onClick={next}>
        Next <Icon name="next" />
      </button>
    </nav>
  );
}
