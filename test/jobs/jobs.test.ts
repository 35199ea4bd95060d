import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { jobs } from '../../shared/jobs/jobs.ts';
import { messages, type QueueName } from '../../shared/messages.ts';
import { makeService, type Service } from '../collections/collectionService.ts';

const queues = Object.keys(messages) as QueueName[];
const malformed = [
  'text',
  null,
  [],
  {},
  { subscription: 1, operation: 2 },
  { subscription: 'sub-a', kind: 'unknown', id: 'id', uid: 'uid', job: 'job' },
];

let service: Service;
beforeEach(async () => {
  service = await makeService('embedded');
});
afterEach(() => service.stop());

describe.each(queues)('%s', (queue) => {
  it('refuses a malformed message', async () => {
    const { run, fail } = jobs[queue];
    for (const message of malformed) {
      await expect(run(service.deps, message)).rejects.toBeInstanceOf(ZodError);
      if (fail !== 'leftToSweep') await expect(fail(service.deps, message)).rejects.toBeInstanceOf(ZodError);
    }
    expect(service.messages).toEqual([]);
  });
});
