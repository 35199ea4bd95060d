import { join } from 'node:path';
import models from './models.json' with { type: 'json' };

/** Which files of which npm packages are converted to which networks. */
export interface Catalogue {
  packages: Record<string, Package>;
  models: Record<string, Model>;
}

export interface Package {
  name: string;
  version: string;
  /** sha512 of the tarball, as npm writes it. */
  integrity: string;
  /** Size of the tarball. */
  bytes: number;
  /** SPDX identifier, as the package states it. */
  licence: string;
}

export interface Model {
  /** Key of a package. */
  package: string;
  /** In the order in which the conversion takes them. */
  files: { path: string; sha256: string }[];
  /** A name of prepare/convert/recipes.ts. */
  conversion: string;
  /** sha256 and size of the prepared ONNX file. */
  sha256: string;
  bytes: number;
}

/** The networks of models.json. */
export type ModelName = keyof typeof models.models;

/** models.json */
export const modelCatalogue: Catalogue & { models: Record<ModelName, Model> } = models;

export const modelsFolder = (cache: string): string => join(cache, 'models');

/** Path of a prepared network. Set-up moves a file to this path only when it is complete and verified. */
export const modelPath = (cache: string, name: string, { sha256 }: Pick<Model, 'sha256'>): string =>
  join(modelsFolder(cache), `${name}-${sha256.slice(0, 16)}.onnx`);
