import { app } from '@azure/functions';
import { readConfig } from '../shared/config.ts';
import { openService, type Service } from '../shared/service.ts';

let opened: Promise<Service> | undefined;

/** The one service of this process. An opening that failed is tried again by the next caller. */
export function service(): Promise<Service> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

const open = async () => openService(readConfig(process.env));

// Opened before the first call, so that wrong settings stop the host at its start.
app.hook.appStart(async () => {
  await service();
});
app.hook.appTerminate(async () => {
  await (await opened)?.close();
});
