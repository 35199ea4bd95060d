import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A resource as a snapshot foresees it. Values that only Azure knows are expressions in square brackets. */
const resource = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  apiVersion: z.string(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.any()).default({}),
});
const snapshot = z.object({
  predictedResources: z.array(resource),
  diagnostics: z.array(z.unknown()),
  outputs: z.record(z.string(), z.unknown()),
});
export type Resource = z.infer<typeof resource>;

export const infraFolder = join(import.meta.dirname, '../../infra');

/** What infra/ deploys with the parameters of snapshots/<name>.bicepparam. */
export function readSnapshot(name: 'default' | 'everything') {
  const text = readFileSync(join(infraFolder, 'snapshots', `${name}.snapshot.json`), 'utf8');
  const { predictedResources: resources, diagnostics, outputs } = snapshot.parse(JSON.parse(text));
  const all = (type: string) => resources.filter((each) => each.type === type);
  const one = (type: string) => {
    const found = all(type);
    if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
    return found[0]!;
  };
  return { text, resources, diagnostics, outputs, all, one };
}

/** The last part of a name: `documents` of `account/database/documents`. */
export const ownName = ({ name }: Resource) => name.slice(name.lastIndexOf('/') + 1);
