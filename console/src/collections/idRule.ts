/** As the pattern of an input: ids of groups, lists and what is applied of a snapshot. */
export const idRule = '[a-z0-9_\\-]{1,64}';

/** An id that a name suggests. */
export const idFrom = (name: string) =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
