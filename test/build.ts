// @ts-expect-error the build is plain JavaScript: it runs before anything is installed
import * as untyped from '../scripts/build.mjs';

/** Brings dist/ up to date with the sources. `bundle` puts single files, by the name each shall have, into a folder. */
export const { build, bundle } = untyped as {
  build(): Promise<void>;
  bundle(entryPoints: Record<string, string>, folder: string): Promise<void>;
};
