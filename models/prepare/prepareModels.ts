import { mkdir } from 'node:fs/promises';
import { type Catalogue, type Model, modelPath, modelsFolder, type Package } from '../catalogue.ts';
import { sha256, sweepDrafts, writeAtomically } from './cacheFiles.ts';
import { convert } from './convert/recipes.ts';
import { type Environment, type NpmOptions, readNpmConfig } from './npmConfig.ts';
import { readPackage } from './readPackage.ts';
import { fetchError, SetupError } from './setupError.ts';
import type { Progress } from './setupProgress.ts';

export interface Preparation {
  cache: string;
  catalogue: Catalogue;
  /** Names of the networks to prepare. */
  names: readonly string[];
  progress: Progress;
  env: Environment;
}

/** Fetches, checks, converts and keeps networks, one package after the other. Throws SetupError. */
export async function prepareModels({ cache, catalogue, names, progress, env }: Preparation): Promise<void> {
  const folder = modelsFolder(cache);
  await writing(cache, () => mkdir(folder, { recursive: true }));
  await sweepDrafts(folder);
  const npm = await readNpmConfig(env);
  const wanted = names.map((name) => ({ name, model: catalogue.models[name]! }));
  const keys = [...new Set(wanted.map(({ model }) => model.package))];
  const packages = keys.map((key) => ({ key, source: catalogue.packages[key]! }));
  progress.begin(packages.reduce((total, { source }) => total + source.bytes, 0));
  try {
    for (const { key, source } of packages) {
      const models = wanted.filter(({ model }) => model.package === key);
      const files = await fetchFiles(source, models, { npm, cache, progress });
      for (const { name, model } of models) {
        progress.preparing(name);
        await prepare(name, model, files, cache);
      }
    }
  } finally {
    progress.end();
  }
}

async function fetchFiles(
  source: Package,
  models: { model: Model }[],
  { npm, cache, progress }: { npm: NpmOptions; cache: string; progress: Progress },
): Promise<Map<string, Uint8Array>> {
  const what = `${source.name}@${source.version}`;
  progress.fetching(what);
  const paths = new Set(models.flatMap(({ model }) => model.files.map((file) => file.path)));
  try {
    return await readPackage(source, paths, npm, (bytes) => progress.received(bytes));
  } catch (error) {
    throw fetchError(what, registryOf(source, npm), cache, error);
  }
}

async function prepare(
  name: string,
  model: Model,
  files: Map<string, Uint8Array>,
  cache: string,
): Promise<void> {
  const sources = model.files.map(({ path, sha256: expected }) => {
    const bytes = files.get(path);
    if (!bytes) throw new SetupError(`${path}, which ${name} is made of, is not in its package.`);
    if (sha256(bytes) !== expected)
      throw new SetupError(`${path}, which ${name} is made of, is not the file that models.json names.`);
    return bytes;
  });
  const prepared = convert(model.conversion, sources);
  if (sha256(prepared) !== model.sha256)
    throw new SetupError(
      `${name} came out of its conversion other than models.json says, with Node.js ${process.version} on ${process.arch}. This is a fault of Visage: please report it.`,
    );
  await writing(cache, () => writeAtomically(modelPath(cache, name, model), prepared));
}

async function writing<T>(cache: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = (error as Error).message;
    throw new SetupError(
      `The models cannot be kept in ${cache} (${reason}). VISAGE_CACHE names another folder.`,
      error,
    );
  }
}

/** The registry of a package: its scope may have one of its own. */
function registryOf({ name }: Package, npm: NpmOptions): string {
  const scope = name.startsWith('@') ? name.split('/')[0] : undefined;
  return String((scope && npm[`${scope}:registry`]) || npm.registry);
}
