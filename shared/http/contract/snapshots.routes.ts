import { createRoute, z } from '@hono/zod-openapi';
import { collectionIdPattern, subscriptionIdPattern } from '../../ids.ts';
import { body } from '../jsonBody.ts';
import { query } from '../queryParameters.ts';
import { done } from './collections.routes.ts';
import { errors, jsonBody, security, success } from './common.schema.ts';
import { userData } from './members.schema.ts';

const types = ['FaceList', 'LargeFaceList', 'PersonGroup', 'LargePersonGroup'] as const;
const invalid = 'Snapshot object ID, type or applyScope is invalid.';

/** A type in any case, as users of the older clients write it. */
const type = z
  .string()
  .transform((text, context) => {
    const found = types.find((each) => each.toLowerCase() === text.toLowerCase());
    if (!found) context.addIssue({ code: 'custom', message: invalid });
    return found!;
  })
  .openapi({ type: 'string', enum: [...types], description: 'The kind of collection.' });

const objectId = z
  .string()
  .regex(collectionIdPattern, { error: invalid })
  .openapi({ description: 'The id of the collection.' });

const applyScope = z
  .array(z.string().regex(subscriptionIdPattern, { error: invalid }))
  .max(1_000, { error: invalid })
  .openapi({ description: 'Ids of the subscriptions that may apply the snapshot.' });

const takeRequest = z
  .object({ type, objectId, applyScope, userData: userData.optional() })
  .openapi('TakeSnapshotRequest');

const applyRequest = z
  .object({
    objectId,
    mode: z
      .string()
      .default('CreateNew')
      .refine((text) => text.toLowerCase() === 'createnew', { error: "'mode' is invalid." })
      .openapi({ type: 'string', enum: ['CreateNew'], description: 'The collection must not exist yet.' }),
  })
  .openapi('ApplySnapshotRequest');

const updateRequest = z
  .object({ applyScope: applyScope.optional(), userData: userData.optional() })
  .openapi('UpdateSnapshotRequest');

const snapshot = z
  .object({
    id: z.uuid(),
    account: z.string().openapi({ description: 'The subscription that took it.' }),
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
    resourceLocation: z.string().optional().openapi({ description: 'What was made, once it succeeded.' }),
    message: z.string().optional().openapi({ description: 'Why it failed.' }),
  })
  .openapi('OperationStatus');

const queued = {
  202: { description: 'Queued; Operation-Location tells where its status is.' },
  ...errors,
};
const tags = ['Snapshot'];
const one = '/face/v1.0/snapshots/{snapshotId}';
const params = z.object({ snapshotId: z.string() });

export const snapshotRoutes = {
  take: createRoute({
    method: 'post',
    path: '/face/v1.0/snapshots',
    operationId: 'takeSnapshot',
    tags,
    summary: 'Take a snapshot of a collection',
    description: 'It lives for 48 hours.',
    security,
    request: { body: jsonBody(body(takeRequest)) },
    responses: queued,
  }),
  apply: createRoute({
    method: 'post',
    path: `${one}/apply`,
    operationId: 'applySnapshot',
    tags,
    summary: 'Make a collection of a snapshot in the subscription of the key',
    security,
    request: { params, body: jsonBody(body(applyRequest)) },
    responses: queued,
  }),
  get: createRoute({
    method: 'get',
    path: one,
    operationId: 'getSnapshot',
    tags,
    summary: 'Read a snapshot',
    security,
    request: { params },
    responses: { 200: success(snapshot, 'The snapshot.'), ...errors },
  }),
  list: createRoute({
    method: 'get',
    path: '/face/v1.0/snapshots',
    operationId: 'listSnapshots',
    tags,
    summary: 'List the snapshots that were taken by or for the subscription of the key',
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
            description: 'Comma-separated: only those that name one of these subscriptions.',
          }),
      }),
    },
    responses: { 200: success(z.array(snapshot), 'The snapshots.'), ...errors },
  }),
  update: createRoute({
    method: 'patch',
    path: one,
    operationId: 'updateSnapshot',
    tags,
    summary: 'Change the applyScope or userData of a snapshot',
    security,
    request: { params, body: jsonBody(body(updateRequest)) },
    responses: done,
  }),
  remove: createRoute({
    method: 'delete',
    path: one,
    operationId: 'deleteSnapshot',
    tags,
    summary: 'Delete a snapshot',
    security,
    request: { params },
    responses: done,
  }),
  operation: createRoute({
    method: 'get',
    path: '/face/v1.0/operations/{operationId}',
    operationId: 'getOperationStatus',
    tags,
    summary: 'Read how a take or apply stands',
    security,
    request: { params: z.object({ operationId: z.string() }) },
    responses: { 200: success(operation, 'The status.'), ...errors },
  }),
};
