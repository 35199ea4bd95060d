import { computed, signal } from '@preact/signals';

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** The segments of the hash route, decoded: `#/people/persongroups/friends` is people, persongroups, friends. */
export const route = computed(() =>
  hash.value
    .replace(/^#\/?/, '')
    .split('/')
    .filter(Boolean)
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    }),
);

export const linkTo = (...segments: string[]) => `#/${segments.map(encodeURIComponent).join('/')}`;

export function go(...segments: string[]): void {
  location.hash = linkTo(...segments);
}
