import { execFileSync, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, isIP, type LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDownload } from '../../shared/http/download.ts';

const limit = 100_000;
const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/image': (_, response) => response.end('an image'),
  '/headers': (request, response) => response.end(JSON.stringify(request.headers)),
  '/largest': (_, response) => response.end(Buffer.alloc(limit)),
  '/larger': (_, response) => response.end(Buffer.alloc(limit + 1)),
  '/missing': (_, response) => response.writeHead(404).end('<html>'),
  '/forbidden': (_, response) => response.writeHead(403, 'FORBIDDEN').end(),
  '/unchanged': (_, response) => response.writeHead(304).end(),
  '/nowhere': (_, response) => response.writeHead(302).end(),
  '/cut': (_, response) => {
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('some');
    setTimeout(() => response.destroy(), 20);
  },
  '/silent': () => {},
  '/drip': (_, response) => {
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  },
  '/endless': (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(16_384)));
    };
    response.on('drain', more);
    more();
  },
  '/huge': (_, response) => {
    response.writeHead(200, { 'Content-Length': '99999999999' });
    response.write(Buffer.alloc(1_000));
  },
};

/** /hops/3/rest leads to /hops/2/rest; /to?url leads to url. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, 'http://host');
  const hops = /^\/hops\/(\d+)$/.exec(url.pathname);
  const location = url.pathname === '/to' ? decodeURIComponent(url.search.slice(1)) : undefined;
  if (hops)
    response.writeHead(302, { Location: hops[1] === '0' ? '/image' : `${Number(hops[1]) - 1}` }).end();
  else if (location !== undefined) response.writeHead(307, { Location: location }).end('moved');
  else routes[url.pathname]!(request, response);
}

const server = createServer(answer);
let base: string;
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  base = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Resolves every name to these addresses: a list a look-up, the last for ever. */
function resolveTo(...answers: string[][]): LookupFunction {
  return (_name, _options, done) => {
    const addresses = answers.length > 1 ? answers.shift()! : answers[0]!;
    done(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
  };
}

const unrestricted = createDownload({ allowPrivate: true, limit });
const guarded = createDownload({ allowPrivate: false, limit });
const text = async (download: typeof unrestricted, url: string) =>
  Buffer.from(await download(url)).toString();
const failure = (reason: string) => ({
  status: 400,
  code: 'InvalidURL',
  message: `Invalid image URL or error downloading from target server. Remote server error returned: "${reason}"`,
});
const refused = failure('Access to a private address is not allowed.');

describe('a download', () => {
  it('returns the bytes and sends a User-Agent', async () => {
    expect(await text(unrestricted, `${base}/image`)).toBe('an image');
    expect(JSON.parse(await text(unrestricted, `${base}/headers`))).toMatchObject({ 'user-agent': 'Visage' });
  });

  it('follows at most five redirects, relative ones too', async () => {
    expect(await text(unrestricted, `${base}/hops/4`)).toBe('an image');
    await expect(unrestricted(`${base}/hops/5`)).rejects.toMatchObject(
      failure('Too many automatic redirections were attempted.'),
    );
  });

  it.each([
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'ftp://host/a.jpg',
    'http://me:secret@host/a.jpg',
  ])('refuses %s, also as the target of a redirect', async (url) => {
    const invalid = { status: 400, code: 'InvalidURL', message: 'Invalid image URL.' };
    await expect(unrestricted(url)).rejects.toMatchObject(invalid);
    await expect(unrestricted(`${base}/to?${encodeURIComponent(url)}`)).rejects.toMatchObject(invalid);
  });

  it.each([
    ['/missing', 'Response status code does not indicate success: 404 (Not Found).'],
    ['/forbidden', 'Response status code does not indicate success: 403 (FORBIDDEN).'],
    ['/unchanged', 'Response status code does not indicate success: 304 (Not Modified).'],
    ['/nowhere', 'Response status code does not indicate success: 302 (Found).'],
    ['/cut', 'An error occurred while sending the request.'],
  ])('of %s gives the reason of its failure', async (path, reason) => {
    await expect(unrestricted(`${base}${path}`)).rejects.toMatchObject(failure(reason));
  });

  it('gives the reason for an unresolved name, a closed port and failed TLS', async () => {
    const error = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const lookup: LookupFunction = (_name, _options, done) => done(error, '');
    const nameless = createDownload({ allowPrivate: true, limit, lookup });
    await expect(nameless('http://nowhere.invalid/')).rejects.toMatchObject(
      failure('Name or service not known'),
    );
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port: unused } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await expect(unrestricted(`http://127.0.0.1:${unused}/`)).rejects.toMatchObject(
      failure('An error occurred while sending the request.'),
    );
    await expect(unrestricted(`https://127.0.0.1:${port}/`)).rejects.toMatchObject(
      failure('The SSL connection could not be established, see inner exception.'),
    );
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  it.skipIf(!openssl)('refuses a self-signed certificate', async () => {
    const pem = execFileSync(
      'openssl',
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout - -subj /CN=localhost -days 1'.split(
        ' ',
      ),
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const secure = createSecureServer({ key: pem, cert: pem }, (_, response) => response.end('an image'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port: securePort } = secure.address() as AddressInfo;
    await expect(unrestricted(`https://127.0.0.1:${securePort}/`)).rejects.toMatchObject(
      failure('The SSL connection could not be established, see inner exception.'),
    );
    secure.close();
  });

  it('accepts the size limit and refuses one byte more', async () => {
    expect((await unrestricted(`${base}/largest`)).length).toBe(limit);
    const tooBig = failure('Image size is too big. The valid image file size should be no larger than 6MB.');
    for (const path of ['/larger', '/endless', '/huge'])
      await expect(unrestricted(`${base}${path}`)).rejects.toMatchObject(tooBig);
  });

  it('times out, whatever it waits for', async () => {
    const hurried = createDownload({ allowPrivate: true, limit, timeoutMs: 150 });
    const timedOut = failure('The operation has timed out.');
    for (const path of ['/silent', '/drip'])
      await expect(hurried(`${base}${path}`)).rejects.toMatchObject(timedOut);
    const unresolved = createDownload({ allowPrivate: true, limit, timeoutMs: 150, lookup: () => {} });
    await expect(unresolved('http://slow-name.invalid/')).rejects.toMatchObject(timedOut);
  });
});

describe('a private address', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '168.63.129.16',
    '100.64.0.1',
    '100.100.100.200',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[fd00:ec2::254]',
    '[fc00::1]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2001::1]',
  ])('%s is refused, in a URL and in a redirect', async (host) => {
    const url = `http://${host}:${port}/image`;
    await expect(guarded(url)).rejects.toMatchObject(refused);
    await expect(guarded(url.replace('http:', 'https:'))).rejects.toMatchObject(refused);
  });

  it('is refused where a name resolves to it, in any form and among public addresses', async () => {
    for (const addresses of [['127.0.0.1'], ['::1'], ['::ffff:10.0.0.1'], ['93.184.216.34', '10.0.0.1']]) {
      const named = createDownload({ allowPrivate: false, limit, lookup: resolveTo(addresses) });
      await expect(named(`http://inside.example:${port}/image`)).rejects.toMatchObject(refused);
      await expect(named(`https://inside.example:${port}/image`)).rejects.toMatchObject(refused);
    }
    await expect(guarded(`http://localhost:${port}/image`)).rejects.toMatchObject(refused);
  });

  // From here on 127.0.0.1 stands for a public address.
  const outside = (lookup: LookupFunction) =>
    createDownload({ allowPrivate: false, allowIPAddressList: ['127.0.0.1'], limit, lookup });

  it.each(['10.0.0.1', '127.0.0.2', '169.254.169.254', '[::1]', 'inside.example'])(
    'is refused after a redirect from a public one to %s',
    async (inside) => {
      const asked: string[] = [];
      const download = outside((name, options, done) => {
        asked.push(name);
        resolveTo(name === 'outside.example' ? ['127.0.0.1'] : ['192.168.0.1'])(name, options, done);
      });
      const target = encodeURIComponent(`http://${inside}:${port}/image`);
      await expect(download(`http://outside.example:${port}/to?${target}`)).rejects.toMatchObject(refused);
      expect(asked).toContain('outside.example');
    },
  );

  it('is refused after DNS rebinding', async () => {
    const download = outside(resolveTo(['127.0.0.1'], ['10.0.0.1']));
    expect(await text(download, `http://rebinding.example:${port}/image`)).toBe('an image');
    await expect(download(`http://rebinding.example:${port}/image`)).rejects.toMatchObject(refused);
  });
});
