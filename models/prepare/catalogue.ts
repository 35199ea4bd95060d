import { join } from 'node:path';

/** models.json: which files of which npm packages become which networks. */
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
  /** SPDX name, as the package states it. */
  licence: string;
}

export interface Model {
  /** Key of a package. */
  package: string;
  /** In the order in which the conversion takes them. */
  files: { path: string; sha256: string }[];
  conversion: string;
  /** sha256 and size of the prepared ONNX file. */
  sha256: string;
  bytes: number;
  /** Names of the contract that it stands behind. */
  usedFor: string[];
}

export const modelsFolder = (cache: string): string => join(cache, 'models');

/** Where a prepared network is kept. A file of this name is complete and right: it is moved there only then. */
export const modelFile = (cache: string, name: string, model: Model): string =>
  join(modelsFolder(cache), `${name}-${model.sha256.slice(0, 16)}.onnx`);
