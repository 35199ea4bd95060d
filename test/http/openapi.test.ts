import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from './harness.ts';

interface Operation {
  security: object[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema: Schema }[];
  requestBody: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}
interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  default?: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
}

describe('/openapi.json', () => {
  let app: Awaited<ReturnType<typeof openApp>>;
  let text: string;
  beforeAll(async () => {
    app = await openApp();
    ({ text } = await app.send('GET', '/openapi.json'));
  });
  afterAll(() => app.close());

  const document = () =>
    JSON.parse(text) as {
      openapi: string;
      paths: Record<string, { post: Operation }>;
      components: { schemas: Record<string, Schema>; securitySchemes: object };
    };
  const operation = (name: string) => document().paths[`/face/v1.0/${name}`]!.post;
  const schema = (name: string) => document().components.schemas[name]!;

  it('is valid OpenAPI 3.1', async () => {
    expect(document().openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate(document())).toEqual({ valid: true });
  });

  it('is the same at every request', async () => {
    expect((await app.send('GET', '/openapi.json')).text).toBe(text);
  });

  it('describes every operation of the contract, its keys and errors', () => {
    const operations = Object.values(document().paths).flatMap((path) => Object.values(path));
    expect(operations).toHaveLength(63);
    expect(Object.keys(document().components.securitySchemes)).toEqual(['keyInHeader', 'keyInQuery']);
    for (const operation of operations) {
      expect(operation.security).toHaveLength(2);
      if (operation.requestBody) expect(operation.requestBody.required).toBe(true);
      for (const status of ['400', '401', 'default'])
        expect(operation.responses[status]!.content['application/json']!.schema.$ref).toBe(
          '#/components/schemas/Error',
        );
    }
  });

  it('describes images by URL and as bytes', () => {
    const { content } = operation('detect').requestBody;
    expect(content['application/json']!.schema.$ref).toBe('#/components/schemas/ImageUrl');
    expect(content['application/octet-stream']!.schema).toMatchObject({ type: 'string', format: 'binary' });
  });

  it('has the types, limits and defaults of parameters', () => {
    const parameters = Object.fromEntries(operation('detect').parameters!.map((each) => [each.name, each]));
    expect(parameters.returnFaceId!.schema).toMatchObject({ type: 'boolean', default: true });
    expect(parameters.returnFaceLandmarks!.schema).toMatchObject({ type: 'boolean', default: false });
    expect(parameters.faceIdTimeToLive!.schema).toMatchObject({
      type: 'integer',
      minimum: 60,
      maximum: 86_400,
      default: 86_400,
    });
    expect(parameters.recognitionModel!.schema).toMatchObject({ default: 'recognition_01' });
    expect(parameters.recognitionModel!.schema.enum).toHaveLength(4);
    expect(parameters.detectionModel!.schema.enum).toHaveLength(3);
    for (const each of operation('detect').parameters!) {
      expect(each).toMatchObject({ in: 'query', required: false });
      expect(each.description ?? (each.schema as { description?: string }).description).toBeTruthy();
    }
  });

  it('has the limits and defaults of bodies', () => {
    const request = schema('FindSimilarRequest');
    expect(request.required).toEqual(['faceId']);
    expect(request.properties).toMatchObject({
      faceId: { type: 'string', format: 'uuid' },
      faceIds: { minItems: 1, maxItems: 1_000 },
      maxNumOfCandidatesReturned: { type: 'integer', minimum: 1, maximum: 1_000, default: 20 },
      mode: { enum: ['matchPerson', 'matchFace'], default: 'matchPerson' },
    });
    expect(schema('GroupRequest').properties!.faceIds).toMatchObject({ minItems: 2, maxItems: 1_000 });
    expect(operation('verify').requestBody.content['application/json']!.schema.anyOf).toEqual([
      { $ref: '#/components/schemas/VerifyFaceToFaceRequest' },
      { $ref: '#/components/schemas/VerifyFaceToPersonRequest' },
    ]);
  });
});
