import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalPath } from '../../shared/http/canonicalPath.ts';
import { first, openApp } from './harness.ts';

let app: Awaited<ReturnType<typeof openApp>>;
beforeAll(async () => {
  app = await openApp();
});
afterAll(() => app.close());

const json = { 'Content-Type': 'application/json' };
const put = (id: string, body: string) =>
  app.send('PUT', `/face/v1.0/persongroups/${id}`, { headers: json, body });

describe('a body that is nearly JSON', () => {
  it.each([
    ['single', "{'name':'G'}"],
    ['bare', '{ name: "G" }'],
    ['comma', '{"name":"G",}'],
    ['comments', '{"name":"G" /* the group */} // end'],
    ['case', '{"Name":"G","RECOGNITIONMODEL":"recognition_04"}'],
    ['bom', "\uFEFF{name:'G'}"],
  ])('is understood: %s', async (id, body) => {
    expect((await put(id, body)).status).toBe(200);
    expect((await app.send('GET', `/face/v1.0/persongroups/${id}`)).json).toMatchObject({ name: 'G' });
  });

  it('may write numbers as strings, and names in any case', async () => {
    const [a, b] = await app.storeFaces([0, 10]);
    const strict = { faceId: a, faceIds: [b], maxNumOfCandidatesReturned: 1 };
    const loose = `{FaceId:'${a}',faceids:['${b}'],MaxNumOfCandidatesReturned:'1'}`;
    const expected = await app.postJson('/face/v1.0/findsimilars', strict);
    expect(expected.status).toBe(200);
    expect((await app.postJson('/face/v1.0/findsimilars', loose)).json).toEqual(expected.json);
    const wrong = await app.postJson('/face/v1.0/findsimilars', {
      ...strict,
      maxNumOfCandidatesReturned: 'x',
    });
    expect(wrong.status).toBe(400);
  });

  it('takes the name in its own case where there are two', async () => {
    await put('two', '{"NAME":"other","name":"own"}');
    expect((await app.send('GET', '/face/v1.0/persongroups/two')).json).toMatchObject({ name: 'own' });
  });

  it.each(['{', "{'name':", 'name: G', '', '{"name":"G"} {}', `{a:${'['.repeat(200_000)}`])(
    'is 400 where it is broken: %#',
    async (body) => {
      const { status, json } = await put('broken', body);
      expect([status, (json as { error: { code: string } }).error.code]).toEqual([400, 'BadArgument']);
    },
  );

  it('sets no prototype', async () => {
    await put('proto', "{name:'G', __proto__:{userData:'x'}, constructor:{prototype:{polluted:1}}}");
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect((await app.send('GET', '/face/v1.0/persongroups/proto')).json).not.toHaveProperty('userData');
  });
});

describe('a web page of another origin', () => {
  const origin = { Origin: 'https://example.org' };

  it('asks first without a key', async () => {
    const { status, headers } = await app.send('OPTIONS', '/face/v1.0/detect', {
      headers: {
        ...origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'ocp-apim-subscription-key,content-type',
        'Ocp-Apim-Subscription-Key': '',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Allow-Methods')).toContain('POST');
    expect(headers.get('Access-Control-Allow-Headers')).toContain('ocp-apim-subscription-key');
  });

  it('reads every response and the headers that clients need, errors too', async () => {
    for (const path of ['/face/v1.0/persongroups', '/face/v1.0/persongroups/none', '/nothing']) {
      const { headers } = await app.send('GET', path, { headers: origin });
      expect(headers.get('Access-Control-Allow-Origin'), path).toBe('*');
      for (const name of ['Operation-Location', 'Retry-After', 'apim-request-id'])
        expect(headers.get('Access-Control-Expose-Headers'), path).toContain(name);
    }
    const denied = await app.send('GET', '/face/v1.0/persongroups', {
      headers: { ...origin, 'Ocp-Apim-Subscription-Key': 'wrong-key' },
    });
    expect([denied.status, denied.headers.get('Access-Control-Allow-Origin')]).toEqual([401, '*']);
  });

  it('is allowed by FACE_CORS_ORIGINS alone', async () => {
    const some = await openApp({ corsOrigins: ['https://example.org'] });
    const allowed = async (Origin: string) =>
      (await some.send('GET', '/face/v1.0/persongroups', { headers: { Origin } })).headers.get(
        'Access-Control-Allow-Origin',
      );
    expect(await allowed('https://example.org')).toBe('https://example.org');
    expect(await allowed('https://example.com')).toBeNull();
    await some.close();
  });
});

describe('paths', () => {
  it('slashes count once, and operations are at the root as well', () => {
    const path = (text: string) => canonicalPath(`http://host${text}`);
    expect(path('//face/v1.0/detect')).toBe('/face/v1.0/detect');
    expect(path('/face/v1.0//detect')).toBe('/face/v1.0/detect');
    expect(path('/face//v1.0///facelists//a/')).toBe('/face/v1.0/facelists/a');
    expect(path('/face/v1.0-preview/detect')).toBe('/face/v1.0/detect');
    expect(path('/Detect')).toBe('/face/v1.0/detect');
    expect(path('/facelists/A/persistedFaces/B')).toBe('/face/v1.0/facelists/A/persistedfaces/B');
    expect(path('/snapshots/x')).toBe('/face/v1.0/snapshots/x');
  });

  it('UUIDs are in any case', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const group = `/face/v1.0/persongroups/g/persons/${id.toUpperCase()}`;
        expect(canonicalPath(`http://host${group}`)).toBe(`/face/v1.0/persongroups/g/persons/${id}`);
      }),
    );
  });

  it('a person is found by an id in capitals, and a listing goes on after one', async () => {
    await put('capitals', '{"name":"G"}');
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const { json } = await app.postJson('/face/v1.0/persongroups/capitals/persons', { name });
      ids.push((json as { personId: string }).personId);
    }
    ids.sort();
    const persons = '/face/v1.0/persongroups/capitals/persons';
    expect((await app.send('GET', `${persons}/${ids[0]!.toUpperCase()}`)).status).toBe(200);
    const { json } = await app.send('GET', `${persons}?start=${ids[0]!.toUpperCase()}`);
    expect((json as { personId: string }[]).map(({ personId }) => personId)).toEqual(ids.slice(1));
  });

  it("what is not there is 404 in the contract's shape", async () => {
    for (const path of ['/', '/nothing', '/face', '/face/v1.0/nothing']) {
      const { status, json, headers } = await app.send('GET', path);
      expect([status, json], path).toEqual([404, { error: { code: '404', message: 'Resource not found' } }]);
      expect(headers.get('apim-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('behind a proxy', () => {
  const train = async (trustProxy: boolean, headers: Record<string, string>) => {
    const proxied = await openApp({ trustProxy });
    await proxied.send('PUT', '/face/v1.0/persongroups/g', { headers: json, body: '{"name":"G"}' });
    const response = await proxied.send('POST', '/face/v1.0//persongroups/g/train', { headers });
    await proxied.close();
    expect(response.status).toBe(202);
    return response.headers.get('Operation-Location');
  };

  it.each([
    [{ 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'faces.example' }, 'https://faces.example'],
    [{ 'X-Forwarded-Proto': 'https, http', 'X-Forwarded-Host': 'a.example, b' }, 'https://a.example'],
    [{ Forwarded: 'for=1.2.3.4;proto=https;host="faces.example:8443"' }, 'https://faces.example:8443'],
    [
      { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'x.example', 'X-Forwarded-Prefix': '/ai/' },
      'https://x.example/ai',
    ],
  ])('Operation-Location is where the client called: %j', async (headers, base) => {
    expect(await train(true, headers)).toBe(`${base}/face/v1.0/persongroups/g/training`);
  });

  it('nothing is taken from headers unless the proxy is trusted, nor what is no address', async () => {
    expect(await train(false, { 'X-Forwarded-Host': 'evil.example' })).not.toContain('evil');
    expect(await train(true, { 'X-Forwarded-Host': 'a b', 'X-Forwarded-Prefix': '//evil' })).not.toContain(
      'evil',
    );
  });
});

it('a snapshot is for a subscription whose id is written in capitals', async () => {
  await put('source', '{"name":"G"}');
  const taken = await app.postJson('/face/v1.0/snapshots', {
    type: 'PersonGroup',
    objectId: 'source',
    applyScope: [first.id.toUpperCase()],
  });
  expect(taken.status).toBe(202);
});
