import type { Package } from '../catalogue.ts';
import type { NpmOptions } from './npmConfig.ts';

/**
 * Reads files out of a package's tarball as it comes from the registry, or from npm's cache, without unpacking it.
 * paths: inside the package. received: called with the number of bytes of every piece.
 * Rejects with npm's error, `code` EINTEGRITY when the tarball is not the pinned one.
 */
export async function readPackage(
  { name, version, integrity }: Package,
  paths: ReadonlySet<string>,
  npm: NpmOptions,
  received: (bytes: number) => void,
): Promise<Map<string, Uint8Array>> {
  const { default: pacote } = await import('pacote');
  const { Parser } = await import('tar');
  return await pacote.tarball.stream(
    `${name}@${version}`,
    (tarball) =>
      new Promise<Map<string, Uint8Array>>((resolve, reject) => {
        const files = new Map<string, Uint8Array>();
        const parser = new Parser({
          onReadEntry: (entry) => {
            // Everything in a package is below one folder, mostly "package".
            const path = entry.path.slice(entry.path.indexOf('/') + 1);
            if (!paths.has(path)) return entry.resume();
            const pieces: Buffer[] = [];
            entry.on('data', (piece) => pieces.push(piece));
            entry.on('end', () => files.set(path, Buffer.concat(pieces)));
          },
        });
        parser.on('error', reject);
        parser.on('end', () => resolve(files));
        tarball.on('error', reject);
        tarball.on('data', (piece: Buffer) => received(piece.length));
        tarball.pipe(parser);
      }),
    { ...npm, integrity },
  );
}
