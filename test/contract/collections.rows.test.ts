import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kind, kinds } from '../../shared/collections/kinds.ts';
import {
  imageTooSmall,
  noFaceDetected,
  severalFacesDetected,
  timedOut,
  undecodableImage,
} from '../../shared/errors.ts';
import { first, second, someBytes, uuid } from '../http/harness.ts';
import { openWire, type Wire } from './wire.ts';

type Row = [method: string, path: string, body: unknown, status: number, code: string, message: string];

const id = randomUUID;
const long = (n: number) => 'x'.repeat(n);
const named = { name: 'name' };
const bodyInvalid = 'Request body is invalid.';
const bad = (code: string, message: string) => [400, code, message] as const;

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.close());

async function check([method, path, body, status, code, message]: Row) {
  const answer = await wire.call(method, path, body);
  expect({ status: answer.status, json: answer.json }).toEqual({
    status,
    json: { error: { code, message } },
  });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('x-ms-error-code')).toBe(code);
}

const lower = (kind: Kind) => kind.title.toLowerCase();

describe.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  const all = `${name}s`;
  const one = `${all}/there`;
  const { type, title } = kind;
  const members = kind.persons ? 'persons' : 'persistedfaces';
  const missing = [404, `${type}NotFound`, `${title} is not found.`] as const;
  const malformed = [404, `${type}NotFound`, `${title} ID is invalid.`] as const;
  let person: string;
  let face: string;
  let faceOf: string;

  beforeAll(async () => {
    await wire.call('PUT', one, named);
    if (kind.persons) {
      const { json } = await wire.call('POST', `${one}/persons`, named);
      person = (json as { personId: string }).personId;
    }
    faceOf = kind.persons ? `${one}/persons/${person}` : one;
    face = await wire.add(faceOf, 0);
  });

  it.each<Row>([
    // Ids
    ...['There', 'a b', 'ä', long(65), 'a.b'].flatMap((wrong): Row[] => {
      const path = `${all}/${encodeURIComponent(wrong)}`;
      return [
        ['PUT', path, named, 400, 'BadArgument', `${title} ID is invalid.`],
        ['GET', path, undefined, ...malformed],
        ['PATCH', path, named, ...malformed],
        ['DELETE', path, undefined, ...malformed],
      ];
    }),
    ['GET', `${all}/nowhere`, undefined, ...missing],
    ['PATCH', `${all}/nowhere`, named, ...missing],
    ['DELETE', `${all}/nowhere`, undefined, ...missing],
    ['PUT', one, named, 409, `${type}Exists`, `${title} already exists.`],
    // Bodies
    ['PUT', `${all}/new`, '{"name"', ...bad('BadArgument', 'JSON parsing error.')],
    ['PUT', `${all}/new`, [], ...bad('BadArgument', bodyInvalid)],
    ['PUT', `${all}/new`, { name: 7 }, ...bad('BadArgument', bodyInvalid)],
    ['PUT', `${all}/new`, {}, ...bad('BadArgument', "'name' is empty.")],
    ['PUT', `${all}/new`, { name: '' }, ...bad('BadArgument', "'name' is empty.")],
    ['PUT', `${all}/new`, { name: null }, ...bad('BadArgument', "'name' is empty.")],
    ['PUT', `${all}/new`, { name: long(129) }, ...bad('BadArgument', "'name' is too long.")],
    ['PATCH', one, { name: long(129) }, ...bad('BadArgument', "'name' is too long.")],
    [
      'PUT',
      `${all}/new`,
      { name: 'n', userData: long(16_385) },
      ...bad('BadArgument', "'userData' is too long."),
    ],
    ['PATCH', one, { userData: long(16_385) }, ...bad('BadArgument', "'userData' is too long.")],
    ['PATCH', one, { userData: '漢'.repeat(5_462) }, ...bad('BadArgument', "'userData' is too long.")],
    ['PATCH', one, { userData: 7 }, ...bad('BadArgument', bodyInvalid)],
    [
      'PUT',
      `${all}/new`,
      { name: 'n', recognitionModel: 'recognition_09' },
      ...bad('BadArgument', "'recognitionModel' is invalid."),
    ],
    // Listings
    ['GET', `${all}?top=0`, undefined, ...bad('BadArgument', "'top' is invalid.")],
    ['GET', `${all}?top=1001`, undefined, ...bad('BadArgument', "'top' is invalid.")],
    ['GET', `${all}?top=many`, undefined, ...bad('BadArgument', "'top' is invalid.")],
    ['GET', `${all}?top=1.5`, undefined, ...bad('BadArgument', "'top' is invalid.")],
    ['GET', `${all}?start=${long(65)}`, undefined, ...bad('BadArgument', "'start' is too long.")],
    [
      'GET',
      `${all}?returnRecognitionModel=x`,
      undefined,
      ...bad('BadArgument', 'Invalid argument returnRecognitionModel.'),
    ],
    // Members of what is not there
    ...(kind.large || kind.persons
      ? ([['GET', `${all}/nowhere/${members}`, undefined, ...missing]] as Row[])
      : []),
    ['POST', `${all}/nowhere/${members}`, kind.persons ? named : someBytes, ...missing],
    ...(kind.trained
      ? ([
          ['POST', `${all}/nowhere/train`, undefined, ...missing],
          ['GET', `${all}/nowhere/training`, undefined, ...missing],
          ['GET', `${one}/training`, undefined, 404, `${type}NotTrained`, `${title} not trained.`],
          ['POST', `${all}/A!/train`, undefined, ...malformed],
        ] as Row[])
      : ([
          ['POST', `${one}/train`, undefined, 404, '404', 'Resource not found'],
          ['GET', `${one}/training`, undefined, 404, '404', 'Resource not found'],
        ] as Row[])),
    ['PATCH', one, {}, ...bad('BadArgument', "Both 'name' and 'userData' are empty.")],
    ['PATCH', one, { name: null }, ...bad('BadArgument', "Both 'name' and 'userData' are empty.")],
    ['PATCH', one, { name: '' }, ...bad('BadArgument', "Both 'name' and 'userData' are empty.")],
  ])('%s %s %j is %i %s', async (...row) => {
    await check(row);
  });

  it('wants well-formed members', async () => {
    const faceMissing = (faceId: string) => {
      if (kind.persons) return `Persisted face \`${faceId}\` is not found.`;
      return kind.large ? `Large Face List Face \`${faceId}\` is not found.` : 'Persisted face is not found.';
    };
    const faces = `${faceOf}/persistedfaces`;
    const methods: [string, unknown][] =
      kind.name === 'facelist'
        ? [['DELETE', undefined]]
        : [
            ['DELETE', undefined],
            ['GET', undefined],
            ['PATCH', { userData: 'x' }],
          ];
    for (const [method, body] of methods) {
      const unknown = id();
      await check([method, `${faces}/${unknown}`, body, 404, 'PersistedFaceNotFound', faceMissing(unknown)]);
      await check([
        method,
        `${faces}/x`,
        body,
        404,
        'PersistedFaceNotFound',
        'Persisted face ID is invalid.',
      ]);
    }
    if (kind.name !== 'facelist') {
      for (const userData of [long(1_025), 'é'.repeat(513)])
        await check([
          'PATCH',
          `${faces}/${face}`,
          { userData },
          400,
          'BadArgument',
          "'userData' is too long.",
        ]);
    }
    if (!kind.persons) return;
    const persons = `${one}/persons`;
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', named],
      ['DELETE', '', undefined],
      ['POST', '/persistedfaces', someBytes],
      ['GET', `/persistedfaces/${face}`, undefined],
    ] as const) {
      const unknown = id();
      const message = `Person \`${unknown}\` is not found.`;
      await check([method, `${persons}/${unknown}${path}`, body, 404, 'PersonNotFound', message]);
      await check([method, `${persons}/x${path}`, body, 404, 'PersonNotFound', 'Person ID is invalid.']);
    }
    await check(['POST', persons, { name: '' }, 400, 'BadArgument', "'name' is empty."]);
    await check(['POST', persons, { name: long(129) }, 400, 'BadArgument', "'name' is too long."]);
    await check(['GET', `${persons}?top=0`, undefined, 400, 'BadArgument', "'top' is invalid."]);
    await check([
      'GET',
      `${persons}?start=${long(65)}`,
      undefined,
      400,
      'BadArgument',
      "'start' is too long.",
    ]);
    const other = ((await wire.call('POST', persons, named)).json as { personId: string }).personId;
    for (const nameless of [{}, { name: null, userData: 'x' }]) {
      const made = await wire.call('POST', persons, nameless);
      const { personId } = made.json as { personId: string };
      const userData = 'userData' in nameless && { userData: 'x' };
      expect((await wire.call('GET', `${persons}/${personId}`)).json).toEqual({
        personId,
        ...userData,
        persistedFaceIds: [],
      });
      await wire.call('DELETE', `${persons}/${personId}`);
    }
    const faceOfAnother = `${persons}/${other}/persistedfaces/${face}`;
    await check(['GET', faceOfAnother, undefined, 404, 'PersistedFaceNotFound', faceMissing(face)]);
    await wire.call('DELETE', `${persons}/${other}`);
  });

  it('wants one face in an image that can be read', async () => {
    const path = `${faceOf}/persistedfaces`;
    for (const error of [
      noFaceDetected(),
      severalFacesDetected(),
      undecodableImage(),
      imageTooSmall(),
      timedOut(),
    ]) {
      wire.vision.error = error;
      await check(['POST', path, someBytes, error.status, error.code, error.message]);
    }
    wire.vision.error = undefined;
    const tooBig = new Uint8Array(6 * 2 ** 20 + 1);
    await check(['POST', path, tooBig, 400, 'InvalidImageSize', 'Image size is too big.']);
    await check(['POST', path, { url: 'x' }, 400, 'InvalidURL', 'Invalid image URL.']);
    await check(['POST', path, {}, 400, 'BadArgument', bodyInvalid]);
    for (const target of ['1,2,3', '1,2,3,x', '-1,2,3,4', '1,2,0,4', '1,2,3,4,5'])
      await check([
        'POST',
        `${path}?targetFace=${target}`,
        someBytes,
        400,
        'BadArgument',
        'Invalid argument targetFace.',
      ]);
    const model = "'detectionModel' is invalid.";
    await check(['POST', `${path}?detectionModel=x`, someBytes, 400, 'BadArgument', model]);
    for (const text of [long(1_025), encodeURIComponent('é'.repeat(513))]) {
      const userData = `${path}?userData=${text}`;
      await check(['POST', userData, someBytes, 400, 'BadArgument', "'userData' is too long."]);
    }
    const text = await wire.send('POST', `/face/v1.0/${path}`, {
      headers: { 'Content-Type': 'text/plain' },
      body: 'x',
    });
    expect([text.status, text.json]).toEqual([
      415,
      { error: { code: 'BadArgument', message: 'Invalid Media Type.' } },
    ]);
    wire.vision.calls.length = 0;
    const { status } = await wire.call(
      'POST',
      `${path}?TARGETFACE=1,2,30,40&UserData=mine&detectionmodel=detection_03`,
      someBytes,
    );
    expect(status).toBe(200);
    expect(wire.vision.calls).toEqual([
      {
        image: expect.anything(),
        analysis: {
          detectionModel: 'detection_03',
          recognitionModel: 'recognition_01',
          single: { target: { left: 1, top: 2, width: 30, height: 40 } },
        },
      },
    ]);
  });

  it('answers success without a body and without a media type', async () => {
    const path = `${all}/brief`;
    const answers = [
      await wire.call('PUT', path, named),
      await wire.call('PATCH', path, { name: 'other', userData: null }),
      ...(kind.trained ? [await wire.call('POST', `${path}/train`)] : []),
    ];
    await wire.work();
    answers.push(await wire.call('DELETE', path));
    for (const { text, headers } of answers) {
      expect(text).toBe('');
      expect(headers.get('content-length')).toBe('0');
      expect(headers.get('content-type')).toBeNull();
      expect(headers.get('apim-request-id')).toMatch(uuid);
    }
    expect(answers.map(({ status }) => status)).toEqual(
      kind.trained ? [200, 200, 202, 200] : [200, 200, 200],
    );
  });

  it('takes names, ids and userData up to their limits, in any characters', async () => {
    const longest = long(64);
    const body = {
      name: 'é'.repeat(128),
      userData: `${'漢'.repeat(5_461)}.`,
      recognitionModel: 'recognition_03',
    };
    expect((await wire.call('PUT', `${all}/${longest}`, body)).status).toBe(200);
    const { json } = await wire.call('GET', `${all}/${longest}?RETURNRecognitionModel=True`);
    const empty = kind.trained ? {} : { persistedFaces: [] };
    expect(json).toEqual({ [kind.idName]: longest, ...body, ...empty });
    await wire.call('PATCH', `${all}/${longest}`, { name: null, userData: 'short' });
    const changed = await wire.call('GET', `${all}/${longest}`);
    expect(changed.json).toEqual({ [kind.idName]: longest, name: body.name, userData: 'short', ...empty });
    await wire.call('PATCH', `${all}/${longest}`, { name: '', userData: '' });
    const cleared = await wire.call('GET', `${all}/${longest}`);
    expect(cleared.json).toEqual({ [kind.idName]: longest, name: body.name, userData: '', ...empty });
    await wire.call('DELETE', `${all}/${longest}`);
  });

  it('routes in any case, but keeps the case of ids', async () => {
    const { status } = await wire.send('GET', `/FACE/V1.0/${type}s/there`, {});
    expect(status).toBe(200);
    expect((await wire.send('GET', `/face/v1.2/${all}/there/`, {})).status).toBe(200);
  });

  it('pages by id, the start left out', async () => {
    for (const each of ['p1', 'p2', 'p3', 'p10']) await wire.call('PUT', `${all}/${each}`, named);
    const ids = async (query: string) =>
      ((await wire.call('GET', `${all}?${query}`)).json as Record<string, string>[]).map(
        (each) => each[kind.idName],
      );
    expect(await ids('start=p&top=2')).toEqual(['p1', 'p10']);
    expect(await ids('start=p10&top=2')).toEqual(['p2', 'p3']);
    expect(await ids('start=p3')).toEqual(['there']);
    expect(await ids('start=zzz')).toEqual([]);
    expect(await ids('start=&top=')).toEqual(['p1', 'p10', 'p2', 'p3', 'there']);
    expect(await ids('start=%C3%A9%20~')).toEqual([]);
    const [withModel] = (await wire.call('GET', `${all}?top=1&returnRecognitionModel=true`)).json as object[];
    expect(withModel).toEqual({ [kind.idName]: 'p1', name: 'name', recognitionModel: 'recognition_01' });
    for (const each of ['p1', 'p2', 'p3', 'p10']) await wire.call('DELETE', `${all}/${each}`);
  });

  if (kind.trained)
    it('refuses while it is trained, and answers how it stands', async () => {
      const busy = [409, `${type}TrainingNotFinished`, `${title} is under training.`] as const;
      const { status, headers } = await wire.call('POST', `${one}/train`);
      expect(status).toBe(202);
      expect(headers.get('operation-location')).toBe(`http://localhost/face/v1.0/${one}/training`);
      expect((await wire.call('GET', `${one}/training`)).json).toEqual({
        status: 'running',
        createdDateTime: expect.stringMatching(/Z$/),
        lastActionDateTime: expect.stringMatching(/Z$/),
      });
      await check(['POST', `${one}/train`, undefined, ...busy]);
      await check(['PATCH', one, named, ...busy]);
      await check(['DELETE', one, undefined, ...busy]);
      const [probe] = await wire.storeFaces([0]);
      const [path, body] = kind.persons
        ? ['identify', { faceIds: [probe], [kind.idName]: 'there' }]
        : ['findsimilars', { faceId: probe, [kind.idName]: 'there' }];
      await check(['POST', path as string, body, ...busy]);
      await wire.work();
      // One face identified, or the two faces of the list.
      const found = kind.persons ? 1 : 2;
      expect((await wire.call('GET', `${one}/training`)).json).toMatchObject({ status: 'succeeded' });
      expect((await wire.call('POST', path as string, body)).json).toHaveLength(found);
      await wire.call('POST', `${one}/train`);
      expect((await wire.call('POST', path as string, body)).json).toHaveLength(found);
      wire.advance(16 * 60);
      expect((await wire.call('GET', `${one}/training`)).json).toMatchObject({
        status: 'failed',
        message: 'The training job was lost. Train again.',
      });
      expect((await wire.call('POST', `${one}/train`)).status).toBe(202);
      await wire.work();
    });

  it('stops at the quota of its tier', async () => {
    const key = second.keys[0]!;
    const { store } = wire.deps;
    const registry = `${second.id}/${kind.name}`;
    await wire.call('PUT', `${all}/mine`, named, key);
    const count = (await store.get(registry, 'count'))!;
    const full = { kind: 'put' as const, id: 'count', value: { n: kind.collections.F0 } };
    await store.write(registry, [full]);
    const refused = await wire.call('PUT', `${all}/more`, named, key);
    expect([refused.status, refused.json]).toEqual([
      403,
      { error: { code: 'QuotaExceeded', message: kind.full } },
    ]);
    await store.write(registry, [{ ...full, value: { n: kind.collections.F0 - 1 } }]);
    expect((await wire.call('PUT', `${all}/more`, named, key)).status).toBe(200);
    await store.write(registry, [{ ...full, value: count.value }]);
    const record = (await store.get<{ uid: string }>(registry, 'c:mine'))!.value;
    const partition = `${registry}/mine/${record.uid}`;
    const members = kind.members.F0;
    await store.write(partition, [{ kind: 'put', id: 'meta', value: { faces: members, persons: members } }]);
    const answer = kind.persons
      ? await wire.call('POST', `${all}/mine/persons`, named, key)
      : await wire.call('POST', `${all}/mine/persistedfaces`, someBytes, key);
    const message = kind.persons
      ? `Person number reached ${lower(kind)} level limit.`
      : 'Persisted face number reached limit.';
    expect([answer.status, answer.json]).toEqual([403, { error: { code: 'QuotaExceeded', message } }]);
  });
});

describe('identify, verify and find similar', () => {
  const faces: Record<string, string> = {};
  beforeAll(async () => {
    [faces.one] = (await wire.storeFaces([0])) as [string];
    [faces.other] = (await wire.storeFaces([0], 'recognition_02')) as [string];
    for (const path of [
      'persongroups/group',
      'largepersongroups/group',
      'facelists/list',
      'largefacelists/list',
    ])
      await wire.call('PUT', path, named);
  });
  const candidates = 'The argument maxNumOfCandidatesReturned is not valid.';
  const threshold = 'The argument confidenceThreshold is not valid.';
  const length = 'The length of faceIds is not in a valid range.';
  const rows: (() => Row)[] = [
    ...(
      [
        ['personGroupId', 'PersonGroup', 'Person group'],
        ['largePersonGroupId', 'LargePersonGroup', 'Large person group'],
      ] as const
    ).flatMap(([name, type, title]): (() => Row)[] => {
      const identify = (more: object) =>
        ['POST', 'identify', { faceIds: [faces.one], [name]: 'group', ...more }] as const;
      const verify = (more: object) =>
        ['POST', 'verify', { faceId: faces.one, personId: id(), [name]: 'group', ...more }] as const;
      return [
        () => [...identify({}), ...bad(`${type}NotTrained`, `${title} not trained.`)],
        () => [...identify({ [name]: 'nowhere' }), ...bad(`${type}NotFound`, `${title} is not found.`)],
        () => [...identify({ [name]: 'No!' }), ...bad('BadArgument', `${title} ID is invalid.`)],
        () => [
          ...identify({ faceIds: [faces.other] }),
          ...bad('BadArgument', "'recognitionModel' is incompatible."),
        ],
        () => [
          ...identify({ faceIds: [faces.one, faces.other] }),
          ...bad('BadArgument', "'recognitionModel' is incompatible."),
        ],
        () => [...identify({ faceIds: [id()] }), ...bad('FaceNotFound', 'Face is not found.')],
        () => [...identify({ faceIds: [] }), ...bad('BadArgument', length)],
        () => [...identify({ faceIds: Array.from({ length: 11 }, id) }), ...bad('BadArgument', length)],
        () => [...identify({ faceIds: ['x'] }), ...bad('BadArgument', 'Face ID is invalid.')],
        () => [...identify({ faceIds: null }), ...bad('BadArgument', bodyInvalid)],
        () => [...identify({ maxNumOfCandidatesReturned: 0 }), ...bad('BadArgument', candidates)],
        () => [...identify({ maxNumOfCandidatesReturned: 101 }), ...bad('BadArgument', candidates)],
        () => [...identify({ confidenceThreshold: -0.1 }), ...bad('BadArgument', threshold)],
        () => [...identify({ confidenceThreshold: 1.1 }), ...bad('BadArgument', threshold)],
        () => [...identify({ confidenceThreshold: '0.5' }), ...bad('BadArgument', bodyInvalid)],
        () => {
          const personId = id();
          return [...verify({ personId }), 404, 'PersonNotFound', `Person \`${personId}\` is not found.`];
        },
        () => [...verify({ faceId: id() }), 404, 'FaceNotFound', 'Face is not found.'],
        () => [
          ...verify({ faceId: faces.other }),
          ...bad('BadArgument', "'recognitionModel' is incompatible."),
        ],
      ];
    }),
    () => [
      'POST',
      'identify',
      { faceIds: [faces.one], personGroupId: 'group', largePersonGroupId: 'group' },
      ...bad(
        'PersonGroupIdAndLargePersonGroupIdBothNotNull',
        'Large person group ID and person group ID are both not null.',
      ),
    ],
    () => [
      'POST',
      'identify',
      { faceIds: [faces.one], personGroupId: null },
      ...bad(
        'PersonGroupIdAndLargePersonGroupIdBothNull',
        'Large person group ID and person group ID are both null.',
      ),
    ],
    () => [
      'POST',
      'findsimilars',
      { faceId: faces.one, faceListId: 'list' },
      ...bad('FaceListNotReady', 'Face list is empty.'),
    ],
    () => [
      'POST',
      'findsimilars',
      { faceId: faces.one, largeFaceListId: 'list' },
      ...bad('LargeFaceListNotTrained', 'Large face list is not trained.'),
    ],
    () => [
      'POST',
      'findsimilars',
      { faceId: faces.one, faceListId: 'no' },
      ...bad('FaceListNotFound', 'Face list is not found.'),
    ],
    () => [
      'POST',
      'findsimilars',
      { faceId: faces.one, largeFaceListId: 'no' },
      ...bad('LargeFaceListNotFound', 'Large face list is not found.'),
    ],
    ...['faceListId', 'largeFaceListId'].flatMap((name): (() => Row)[] => [
      () => [
        'POST',
        'findsimilars',
        { faceId: faces.other, [name]: 'list' },
        ...bad('BadArgument', "'recognitionModel' is incompatible."),
      ],
      () => [
        'POST',
        'findsimilars',
        { faceId: id(), [name]: 'list' },
        ...bad('FaceNotFound', 'Face is not found.'),
      ],
      () => [
        'POST',
        'findsimilars',
        { faceId: faces.one, [name]: 'list', maxNumOfCandidatesReturned: 1_001 },
        ...bad('BadArgument', candidates),
      ],
    ]),
  ];
  it('answers every row', async () => {
    for (const row of rows) await check(row());
  });

  it('a person without a face cannot be verified', async () => {
    const { json } = await wire.call('POST', 'persongroups/group/persons', named);
    const { personId } = json as { personId: string };
    await check([
      'POST',
      'verify',
      { faceId: faces.one, personId, personGroupId: 'group' },
      404,
      'PersistedFaceNotFound',
      'No persisted face of the person is found.',
    ]);
    await wire.add(`persongroups/group/persons/${personId}`, 10);
    const body = { faceId: faces.one, personId: personId.toUpperCase(), personGroupId: 'group' };
    expect((await wire.call('POST', 'verify', body)).json).toMatchObject({ isIdentical: true });
  });

  it('a face list ranks in both modes', async () => {
    const [near, far] = [await wire.add('facelists/list', 10), await wire.add('facelists/list', 120)];
    const ask = (more: object) =>
      wire.call('POST', 'findsimilars', { faceId: faces.one, faceListId: 'list', ...more });
    expect((await ask({})).json).toEqual([{ persistedFaceId: near, confidence: expect.any(Number) }]);
    expect((await ask({ mode: 'matchFace' })).json).toMatchObject([
      { persistedFaceId: near },
      { persistedFaceId: far },
    ]);
    expect((await ask({ mode: 'matchFace', maxNumOfCandidatesReturned: 1 })).json).toHaveLength(1);
  });
});

describe('snapshots and operations', () => {
  const invalid = 'Snapshot object ID, type or applyScope is invalid.';
  const take = { type: 'FaceList', objectId: 'snapped', applyScope: [second.id] };
  const snapshotMissing = [404, 'SnapshotNotFound', 'Snapshot is not found.'] as const;
  let snapshot: string;

  beforeAll(async () => {
    await wire.call('PUT', 'facelists/snapped', named);
    await wire.add('facelists/snapped', 30);
    const { headers } = await wire.call('POST', 'snapshots', take);
    await wire.work();
    const { json } = await wire.call('GET', headers.get('operation-location')!.slice(1));
    snapshot = (json as { resourceLocation: string }).resourceLocation.split('/').at(-1)!;
  });

  it.each<Row>([
    ['POST', 'snapshots', '{', ...bad('BadArgument', 'JSON parsing error.')],
    ['POST', 'snapshots', {}, ...bad('BadArgument', bodyInvalid)],
    ['POST', 'snapshots', { ...take, type: 7 }, ...bad('BadArgument', bodyInvalid)],
    ['POST', 'snapshots', { ...take, applyScope: 'x' }, ...bad('BadArgument', bodyInvalid)],
    ['POST', 'snapshots', { ...take, type: 'Person' }, ...bad('BadArgument', invalid)],
    ['POST', 'snapshots', { ...take, objectId: 'No!' }, ...bad('BadArgument', invalid)],
    ['POST', 'snapshots', { ...take, applyScope: [''] }, ...bad('BadArgument', invalid)],
    ['POST', 'snapshots', { ...take, applyScope: ['first/faces'] }, ...bad('BadArgument', invalid)],
    ['POST', 'snapshots', { ...take, applyScope: ['é'] }, ...bad('BadArgument', invalid)],
    ['POST', 'snapshots', { ...take, applyScope: [long(65)] }, ...bad('BadArgument', invalid)],
    [
      'POST',
      'snapshots',
      { ...take, userData: long(16_385) },
      ...bad('BadArgument', "'userData' is too long."),
    ],
    ...kinds.map(
      (kind): Row => [
        'POST',
        'snapshots',
        { ...take, type: kind.type, objectId: 'nowhere' },
        404,
        `${kind.type}NotFound`,
        `${kind.title} is not found.`,
      ],
    ),
    ['POST', `snapshots/${id()}/apply`, { objectId: 'x' }, ...snapshotMissing],
    ['POST', 'snapshots/x/apply', { objectId: 'x' }, ...snapshotMissing],
    ['POST', `snapshots/${id()}/apply`, { objectId: 'No!' }, ...bad('BadArgument', invalid)],
    ['POST', `snapshots/${id()}/apply`, {}, ...bad('BadArgument', bodyInvalid)],
    [
      'POST',
      `snapshots/${id()}/apply`,
      { objectId: 'x', mode: 'Merge' },
      ...bad('BadArgument', "'mode' is invalid."),
    ],
    ['GET', `snapshots/${id()}`, undefined, ...snapshotMissing],
    ['GET', 'snapshots/x', undefined, ...snapshotMissing],
    ['PATCH', `snapshots/${id()}`, { userData: 'x' }, ...snapshotMissing],
    ['DELETE', `snapshots/${id()}`, undefined, ...snapshotMissing],
    ['GET', 'snapshots?type=Person', undefined, ...bad('BadArgument', invalid)],
    ['GET', `operations/${id()}`, undefined, 404, 'OperationNotFound', 'Operation is not found.'],
    ['GET', 'operations/x', undefined, 404, 'OperationNotFound', 'Operation is not found.'],
  ])('%s %s %j is %i %s', async (...row) => {
    await check(row);
  });

  it('take and apply answer where their operation is, and what it made', async () => {
    const taken = await wire.call('POST', 'snapshots', { ...take, type: 'facelist', userData: null });
    const applied = await wire.call(
      'POST',
      `snapshots/${snapshot}/apply`,
      { objectId: 'new', mode: 'createNew' },
      second.keys[0],
    );
    for (const { status, text, headers } of [taken, applied]) {
      expect([status, text]).toEqual([202, '']);
      expect(headers.get('operation-location')).toMatch(/^\/operations\/[0-9a-f-]{36}$/);
      expect(headers.get('content-length')).toBe('0');
      expect(headers.get('content-type')).toBeNull();
    }
    const path = (answer: typeof taken) => answer.headers.get('operation-location')!.slice(1);
    expect((await wire.call('GET', path(taken))).json).toEqual({
      status: 'notStarted',
      createdTime: expect.stringMatching(/Z$/),
      lastActionTime: expect.stringMatching(/Z$/),
    });
    await wire.work();
    expect((await wire.call('GET', path(applied), undefined, second.keys[0])).json).toEqual({
      status: 'succeeded',
      createdTime: expect.stringMatching(/Z$/),
      lastActionTime: expect.stringMatching(/Z$/),
      resourceLocation: '/facelist/new',
    });
    expect((await wire.call('GET', path(applied))).status).toBe(404);
    const { json } = await wire.call('GET', path(taken));
    const made = (json as { resourceLocation: string }).resourceLocation;
    const seen = await wire.call('GET', made.slice(1), undefined, second.keys[0]);
    expect(seen.json).toEqual({
      id: made.split('/').at(-1),
      account: first.id,
      type: 'FaceList',
      applyScope: [second.id],
      createdTime: expect.stringMatching(/Z$/),
      lastUpdateTime: expect.stringMatching(/Z$/),
    });
  });

  it('takes beyond the quota are refused', async () => {
    const partition = `${first.id}/operations`;
    const [used] = await wire.deps.store.list<{ n: number }>(partition, {
      prefix: 'used:take:',
      limit: 10,
    });
    const full = { kind: 'put' as const, id: used!.id, value: { n: 100 } };
    await wire.deps.store.write(partition, [full]);
    const answer = await wire.call('POST', 'snapshots', take);
    expect([answer.status, (answer.json as { error: { code: string } }).error.code]).toEqual([
      403,
      'QuotaExceeded',
    ]);
    wire.advance(24 * 3_600);
    expect((await wire.call('POST', 'snapshots', take)).status).toBe(202);
  });
});

describe('rate limits', () => {
  it('answer 429 to one subscription, with the seconds to wait, in the old words where they are wanted', async () => {
    for (const legacyErrorCodes of [false, true]) {
      const limited = await openWire({ rateLimits: { S0: { calls: 3, seconds: 60 } }, legacyErrorCodes });
      for (let i = 0; i < 3; i++) expect((await limited.call('GET', 'facelists')).status).toBe(200);
      const { status, headers, json } = await limited.call('GET', 'persongroups');
      const seconds = headers.get('retry-after');
      expect(Number(seconds)).toBeGreaterThan(0);
      expect([status, json]).toEqual([
        429,
        {
          error: {
            code: legacyErrorCodes ? 'RateLimitExceeded' : '429',
            message: `Rate limit is exceeded. Try again in ${seconds} seconds.`,
          },
        },
      ]);
      expect((await limited.call('GET', 'facelists', undefined, second.keys[0])).status).toBe(200);
      await limited.close();
    }
  });
});

it('nothing unexpected happened', () => {
  expect(wire.logs).toEqual([]);
});
