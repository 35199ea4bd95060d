import { app } from '@azure/functions';
import { type Job, jobs, sweeps } from '../shared/jobs/jobs.ts';
import { service } from './processService.ts';

for (const [queue, { run, fail }] of Object.entries(jobs)) {
  handleQueue(queue, run);
  if (fail !== 'leftToSweep') handleQueue(`${queue}-poison`, fail);
}

app.timer('sweep', {
  schedule: '0 */15 * * * *',
  handler: async () => {
    const { jobDeps } = await service();
    for (const sweep of sweeps) await sweep(jobDeps);
  },
});

function handleQueue(queueName: string, work: Job['run']): void {
  app.storageQueue(queueName, {
    queueName,
    connection: 'AzureWebJobsStorage',
    handler: async (message) => work((await service()).jobDeps, message),
  });
}
