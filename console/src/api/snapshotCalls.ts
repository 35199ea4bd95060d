import * as z from 'zod/mini';
import { type Answer, call, nothing } from './call.ts';
import { operation, snapshot } from './schemas.ts';

export async function listSnapshots(key: string) {
  return (await call(key, z.array(snapshot), { path: 'snapshots' })).value;
}

export const takeSnapshot = async (
  key: string,
  body: { type: string; objectId: string; applyScope: string[]; userData?: string },
) => operationOf(await call(key, nothing, { method: 'POST', path: 'snapshots', body }));

export const applySnapshot = async (key: string, id: string, objectId: string) =>
  operationOf(
    await call(key, nothing, {
      method: 'POST',
      path: `snapshots/${id}/apply`,
      body: { objectId, mode: 'CreateNew' },
    }),
  );

export const deleteSnapshot = (key: string, id: string) =>
  call(key, nothing, { method: 'DELETE', path: `snapshots/${id}` });

export async function getOperation(key: string, id: string) {
  return (await call(key, operation, { path: `operations/${id}` })).value;
}

const operationOf = ({ headers }: Answer<unknown>) =>
  headers.get('operation-location')?.split('/').pop() ?? '';
