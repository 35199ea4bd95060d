import { app } from '@azure/functions';
import { expect, it, vi } from 'vitest';
import { messages } from '../../shared/messages.ts';

vi.mock('@azure/functions', () => ({
  app: { storageQueue: vi.fn(), timer: vi.fn(), hook: { appStart: vi.fn(), appTerminate: vi.fn() } },
}));

it('every queue has a function, and so has each poison queue of work that a user waits for', async () => {
  await import('../../functions/background.ts');
  const registered = vi.mocked(app.storageQueue).mock.calls.map(([name, { queueName }]) => [name, queueName]);
  const names = [...Object.keys(messages), 'visage-training-poison', 'visage-operations-poison'];
  expect(registered.sort()).toEqual(names.map((name) => [name, name]).sort());
  expect(app.timer).toHaveBeenCalledOnce();
});
