import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Something that is done when asked for: whether it runs, and how it failed last. */
export function useTask() {
  const busy = useSignal(false);
  const error = useSignal<unknown>(undefined);
  return {
    busy: busy.value,
    error: error.value,
    clear: () => {
      error.value = undefined;
    },
    /** Answers whether it succeeded. */
    async run(act: () => Promise<unknown>): Promise<boolean> {
      if (busy.value) return false;
      busy.value = true;
      error.value = undefined;
      try {
        await act();
        return true;
      } catch (thrown) {
        error.value = thrown;
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}

/**
 * Something that is read when shown, and again when what it depends on changes. While it is read again, or where that
 * fails, what was read before stays.
 */
export function useLoad<T>(load: () => Promise<T>, dependsOn: readonly unknown[]) {
  const data = useSignal<T | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const loading = useSignal(true);
  const turn = useSignal(0);
  const reload = async () => {
    const mine = ++turn.value;
    loading.value = true;
    try {
      const loaded = await load();
      if (mine === turn.peek()) {
        data.value = loaded;
        error.value = undefined;
      }
    } catch (thrown) {
      if (mine === turn.peek()) error.value = thrown;
    } finally {
      if (mine === turn.peek()) loading.value = false;
    }
  };
  useEffect(() => {
    data.value = undefined;
    void reload();
    return () => {
      turn.value++;
    };
  }, dependsOn);
  return { data: data.value, error: error.value, loading: loading.value, reload };
}
