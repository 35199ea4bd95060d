import { createRoute, z } from '@hono/zod-openapi';
import { argumentMessages } from '../../argumentMessages.ts';
import { collectionIdPattern, subscriptionIdPattern } from '../../ids.ts';
import { query } from '../queryParameters.ts';
import { emptyResponses, errors, jsonBody, jsonResponse, security } from './common.schema.ts';
import { userData } from './members.schema.ts';

const types = ['FaceList', 'LargeFaceList', 'PersonGroup', 'LargePersonGroup'] as const;
const error = argumentMessages.invalidSnapshotRequest;

/** A type in any case, as older clients send it. */
const type = z
  .string()
  .transform((text, context) => {
    const found = types.find((each) => each.toLowerCase() === text.toLowerCase());
    if (!found) context.addIssue({ code: 'custom', message: error });
    return found!;
  })
  .openapi({ type: 'string', enum: [...types], description: 'The kind of collection.' });

const objectId = z
  .string()
  .regex(collectionIdPattern, { error })
  .openapi({ description: 'The id of the collection.' });

const applyScope = z
  .array(z.string().regex(subscriptionIdPattern, { error }))
  .max(1_000, { error })
  .openapi({ description: 'The ids of the subscriptions that may apply the snapshot.' });

const takeRequest = z
  .object({ type, objectId, applyScope, userData: userData.optional() })
  .openapi('TakeSnapshotRequest');

const applyRequest = z
  .object({
    objectId,
    mode: z
      .string()
      .default('CreateNew')
      .refine((text) => text.toLowerCase() === 'createnew', { error: argumentMessages.invalid('mode') })
      .openapi({
        type: 'string',
        enum: ['CreateNew'],
        description: 'CreateNew fails where the collection exists.',
      }),
  })
  .openapi('ApplySnapshotRequest');

const updateRequest = z
  .object({ applyScope: applyScope.optional(), userData: userData.optional() })
  .openapi('UpdateSnapshotRequest');

const snapshot = z
  .object({
    id: z.uuid(),
    account: z.string().openapi({ description: 'The id of the subscription that took it.' }),
    type: z.enum(types),
    applyScope,
    userData: z.string().optional(),
    createdTime: z.iso.datetime(),
    lastUpdateTime: z.iso.datetime(),
  })
  .openapi('Snapshot');

const operation = z
  .object({
    status: z.enum(['notStarted', 'running', 'succeeded', 'failed']),
    createdTime: z.iso.datetime(),
    lastActionTime: z.iso.datetime().optional(),
    resourceLocation: z
      .string()
      .optional()
      .openapi({ description: 'The path of the snapshot or collection, once the operation has succeeded.' }),
    message: z.string().optional().openapi({ description: 'Why the operation failed.' }),
  })
  .openapi('OperationStatus');

const queued = {
  202: { description: 'The operation is queued. Operation-Location is the path of its status.' },
  ...errors,
};
const tags = ['Snapshot'];
const snapshotPath = '/face/v1.0/snapshots/{snapshotId}';
const params = z.object({ snapshotId: z.string() });

export const snapshotRoutes = {
  take: createRoute({
    method: 'post',
    path: '/face/v1.0/snapshots',
    operationId: 'takeSnapshot',
    tags,
    summary: 'Take a snapshot of a collection',
    description: 'The snapshot expires after 48 hours.',
    security,
    request: { body: jsonBody(takeRequest) },
    responses: queued,
  }),
  apply: createRoute({
    method: 'post',
    path: `${snapshotPath}/apply`,
    operationId: 'applySnapshot',
    tags,
    summary: "Create a collection from a snapshot in the key's subscription",
    security,
    request: { params, body: jsonBody(applyRequest) },
    responses: queued,
  }),
  get: createRoute({
    method: 'get',
    path: snapshotPath,
    operationId: 'getSnapshot',
    tags,
    summary: 'Get a snapshot',
    security,
    request: { params },
    responses: { 200: jsonResponse(snapshot, 'The snapshot.'), ...errors },
  }),
  list: createRoute({
    method: 'get',
    path: '/face/v1.0/snapshots',
    operationId: 'listSnapshots',
    tags,
    summary: "List the snapshots that the key's subscription took or may apply",
    security,
    request: {
      query: query({
        type: type.optional(),
        applyScope: z
          .string()
          .transform((text) =>
            text
              .split(',')
              .map((each) => each.trim())
              .filter(Boolean),
          )
          .optional()
          .openapi({
            type: 'string',
            description:
              'Returns only the snapshots whose applyScope has one of these subscriptions, comma-separated.',
          }),
      }),
    },
    responses: { 200: jsonResponse(z.array(snapshot), 'The snapshots.'), ...errors },
  }),
  update: createRoute({
    method: 'patch',
    path: snapshotPath,
    operationId: 'updateSnapshot',
    tags,
    summary: 'Update the applyScope or userData of a snapshot',
    security,
    request: { params, body: jsonBody(updateRequest) },
    responses: emptyResponses,
  }),
  remove: createRoute({
    method: 'delete',
    path: snapshotPath,
    operationId: 'deleteSnapshot',
    tags,
    summary: 'Delete a snapshot',
    security,
    request: { params },
    responses: emptyResponses,
  }),
  operation: createRoute({
    method: 'get',
    path: '/face/v1.0/operations/{operationId}',
    operationId: 'getOperationStatus',
    tags,
    summary: 'Get the status of a take or apply',
    security,
    request: { params: z.object({ operationId: z.string() }) },
    responses: { 200: jsonResponse(operation, 'The status.'), ...errors },
  }),
};
