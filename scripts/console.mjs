// Builds the console: index.html, hashed assets and sample photographs, with .br and .gz beside what compresses.
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { root } from './install.mjs';

/** Upper parts of photographs of @vladmandic/face-api (MIT); crop: shares of width and height. */
const samples = {
  'sample-friends.jpg': { original: 'sample6.jpg', crop: { left: 0, width: 1, height: 0.62 } },
  'sample-evening.jpg': { original: 'sample3.jpg', crop: { left: 0.18, width: 0.82, height: 0.62 } },
};

/** Every path of the console but its page lies below console/: the API owns all others. */
const folder = 'console';

/** The files of the console, path to bytes; none where what builds it is not installed. */
export async function buildConsole() {
  const vite = await import('vite').catch(() => undefined);
  if (!vite) {
    console.log('The console is left out: devDependencies, which build it, are not installed.');
    return new Map();
  }
  const { build } = vite;
  const { output } = await build({
    root: join(root, 'console'),
    configFile: false,
    base: './',
    logLevel: 'error',
    build: {
      write: false,
      assetsDir: `${folder}/assets`,
      assetsInlineLimit: 0,
      target: 'es2022',
      modulePreload: { polyfill: false },
    },
  });
  const files = new Map(
    output.map((file) => [file.fileName, Buffer.from(file.type === 'chunk' ? file.code : file.source)]),
  );
  for (const [name, sample] of Object.entries(samples))
    files.set(`${folder}/${name}`, await makeSample(sample));
  for (const [path, content] of [...files]) {
    if (!['.html', '.js', '.css', '.svg'].includes(extname(path))) continue;
    files.set(`${path}.gz`, gzipSync(content, { level: 9 }));
    files.set(`${path}.br`, brotliCompressSync(content));
  }
  return files;
}

async function makeSample({ original, crop }) {
  const { default: sharp } = await import('sharp');
  const demo = join(
    dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
    'demo',
  );
  const image = sharp(join(demo, original));
  const { width, height } = await image.metadata();
  const pixels = (share, of) => Math.round(share * of);
  return image
    .extract({
      left: pixels(crop.left, width),
      top: 0,
      width: pixels(crop.width, width),
      height: pixels(crop.height, height),
    })
    .resize({ width: 760 })
    .jpeg({ quality: 70, mozjpeg: true })
    .toBuffer();
}
