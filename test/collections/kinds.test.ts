import { expect, it } from 'vitest';
import { facesPerPerson, kinds } from '../../shared/collections/kinds.ts';

it('the quotas are those of the contract', () => {
  expect(kinds.map(({ type, collections, members }) => ({ type, collections, members }))).toMatchObject([
    { type: 'FaceList', collections: { F0: 64, S0: 64 }, members: { F0: 1_000, S0: 1_000 } },
    {
      type: 'LargeFaceList',
      collections: { F0: 64, S0: 1_000_000 },
      members: { F0: 1_000, S0: 1_000_000 },
    },
    {
      type: 'PersonGroup',
      collections: { F0: 1_000, S0: 1_000_000 },
      members: { F0: 1_000, S0: 10_000 },
    },
    {
      type: 'LargePersonGroup',
      collections: { F0: 1_000, S0: 1_000_000 },
      members: { F0: 1_000_000, S0: 1_000_000 },
    },
  ]);
  expect(facesPerPerson).toBe(248);
});
