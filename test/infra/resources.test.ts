import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../shared/config.ts';
import { messages } from '../../shared/messages.ts';
import { allSnapshots } from '../../shared/snapshots/snapshotRecords.ts';
import { openCosmosStore } from '../../shared/storage/cosmos.ts';
import { openBlobsAndQueues } from '../../shared/storage/openBlobsAndQueues.ts';
import { startCosmos } from '../storage/cosmos-server.ts';
import { infraFolder, ownName, readSnapshot } from './snapshot.ts';

const usual = readSnapshot('default');
const everything = readSnapshot('everything');

/** The newest that the compiler knows, as its rule use-recent-api-versions demands. */
const apiVersions = {
  'Microsoft.Authorization/roleAssignments': '2022-04-01',
  'Microsoft.DocumentDB/databaseAccounts': '2026-03-15',
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases': '2026-03-15',
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers': '2026-03-15',
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments': '2026-03-15',
  'Microsoft.Insights/actionGroups': '2023-01-01',
  'Microsoft.Insights/components': '2020-02-02',
  'Microsoft.Insights/diagnosticSettings': '2021-05-01-preview',
  'Microsoft.Insights/metricAlerts': '2026-01-01',
  'Microsoft.Insights/scheduledQueryRules': '2026-03-01',
  'Microsoft.Insights/workbooks': '2023-06-01',
  'Microsoft.KeyVault/vaults': '2026-05-15',
  'Microsoft.KeyVault/vaults/secrets': '2026-05-15',
  'Microsoft.ManagedIdentity/userAssignedIdentities': '2024-11-30',
  'Microsoft.Network/privateDnsZones': '2024-06-01',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': '2024-06-01',
  'Microsoft.Network/privateEndpoints': '2026-03-01',
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': '2026-03-01',
  'Microsoft.Network/virtualNetworks': '2026-03-01',
  'Microsoft.OperationalInsights/workspaces': '2026-03-01',
  'Microsoft.Resources/resourceGroups': '2025-04-01',
  'Microsoft.Storage/storageAccounts': '2026-06-01',
  'Microsoft.Storage/storageAccounts/blobServices': '2026-06-01',
  'Microsoft.Storage/storageAccounts/blobServices/containers': '2026-06-01',
  'Microsoft.Storage/storageAccounts/managementPolicies': '2026-06-01',
  'Microsoft.Storage/storageAccounts/queueServices': '2026-06-01',
  'Microsoft.Storage/storageAccounts/queueServices/queues': '2026-06-01',
  'Microsoft.Web/serverfarms': '2025-03-01',
  'Microsoft.Web/sites': '2025-03-01',
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': '2025-03-01',
};

test('every resource has the API version of the list', () => {
  const found = Object.fromEntries(everything.resources.map(({ type, apiVersion }) => [type, apiVersion]));
  expect(found).toEqual(apiVersions);
});

describe.each([usual, everything])('with and without all options', ({ all, one, diagnostics, outputs }) => {
  test('the compiler foresees no problem', () => {
    expect(diagnostics).toEqual([]);
  });

  test('there is each queue of the code and its poison queue, and no other', () => {
    const queues = all('Microsoft.Storage/storageAccounts/queueServices/queues').map(ownName);
    expect(queues.sort()).toEqual(
      Object.keys(messages)
        .flatMap((name) => [name, `${name}-poison`])
        .sort(),
    );
  });

  test('snapshots that the code forgot are deleted', () => {
    const containers = all('Microsoft.Storage/storageAccounts/blobServices/containers').map(ownName);
    expect(containers).toEqual(['visage', 'package']);
    const [rule, ...others] = one('Microsoft.Storage/storageAccounts/managementPolicies').properties.policy
      .rules;
    expect(others).toEqual([]);
    expect(rule.definition).toEqual({
      filters: { blobTypes: ['blockBlob'], prefixMatch: [`visage/${allSnapshots}`] },
      actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 3 } } },
    });
  });

  test('a deleted blob is gone', () => {
    expect(one('Microsoft.Storage/storageAccounts/blobServices').properties).toEqual({
      deleteRetentionPolicy: { enabled: false },
      containerDeleteRetentionPolicy: { enabled: false },
    });
  });

  test('an instance reads what another has written', () => {
    const { consistencyPolicy } = one('Microsoft.DocumentDB/databaseAccounts').properties;
    expect(consistencyPolicy).toEqual({ defaultConsistencyLevel: 'Strong' });
  });

  test('azd gets its outputs', () => {
    expect(outputs).toMatchObject({
      AZURE_LOCATION: 'westeurope',
      AZURE_RESOURCE_GROUP: 'rg-test',
      AZURE_KEY_VAULT_NAME: one('Microsoft.KeyVault/vaults').name,
      SERVICE_API_NAME: one('Microsoft.Web/sites').name,
    });
    expect(outputs.VISAGE_ENDPOINT).toBeTruthy();
  });
});

test('blobs of the code are in the first container', async () => {
  const paths: string[] = [];
  const server = createServer(({ url }, answer) => {
    paths.push(url?.split('?')[0] ?? '');
    answer.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
  const { blobs, close } = await openBlobsAndQueues(
    readConfig({
      FACE_SUBSCRIPTIONS: '[{"id": "a", "keys": ["0123456789"]}]',
      AzureWebJobsStorage: `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;BlobEndpoint=${endpoint};QueueEndpoint=${endpoint}`,
    }),
  );
  expect(await blobs.get('name')).toBeUndefined();
  await close();
  server.close();
  const [container] = usual.all('Microsoft.Storage/storageAccounts/blobServices/containers').map(ownName);
  expect(paths).toEqual([`/account/${container}/name`]);
});

test('the container is the one that the code creates where it may', async () => {
  const server = await startCosmos();
  const store = await openCosmosStore({ connection: server.connection, database: 'visage' });
  const client = new CosmosClient(server.connection);
  const { resources } = await client.database('visage').containers.readAll().fetchAll();
  await store.close();
  client.dispose();
  server.stop();
  expect(resources).toHaveLength(1);
  const { id, partitionKey, defaultTtl, indexingPolicy } = resources[0]!;
  const deployed = usual.one('Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers').properties;
  expect(deployed.resource).toEqual({
    id,
    partitionKey: { kind: 'Hash', ...partitionKey },
    defaultTtl,
    indexingPolicy: { automatic: true, ...indexingPolicy },
  });
});

test('Cosmos DB is serverless or scales by itself', () => {
  const account = 'Microsoft.DocumentDB/databaseAccounts';
  const container = `${account}/sqlDatabases/containers`;
  expect(usual.one(account).properties.capabilities).toEqual([{ name: 'EnableServerless' }]);
  expect(usual.one(container).properties.options).toEqual({});
  expect(everything.one(account).properties.capabilities).toEqual([]);
  expect(everything.one(container).properties.options).toEqual({
    autoscaleSettings: { maxThroughput: 4000 },
  });
});

test('the operator is told of alerts only where an address is given', () => {
  const alerts = ['Microsoft.Insights/scheduledQueryRules', 'Microsoft.Insights/metricAlerts'];
  const named = (snapshot: typeof usual) =>
    alerts.flatMap(snapshot.all).map(({ name }) => name.replace(/^alert-\w+-/, ''));
  const five = ['server-errors', 'latency', 'failed-trainings', 'poison-queues', 'throttling'];
  expect(named(usual)).toEqual(five);
  expect(named(everything)).toEqual(five);
  expect(usual.all('Microsoft.Insights/actionGroups')).toEqual([]);
  const group = everything.one('Microsoft.Insights/actionGroups');
  expect(group.properties.emailReceivers[0].emailAddress).toBe('operator@example.com');
  expect(everything.text.split(group.id).length - 1).toBe(1 + five.length);
});

test('azd fills in every parameter of main.bicep', () => {
  const read = (file: string) => readFileSync(join(infraFolder, file), 'utf8');
  const declared = [...read('main.bicep').matchAll(/^param (\w+)/gm)].map(([, name]) => name);
  const { parameters } = JSON.parse(read('main.parameters.json')) as { parameters: object };
  expect(Object.keys(parameters)).toEqual(declared);
});

test('the page on deploying tells every option and its default', () => {
  const parameters = readFileSync(join(infraFolder, 'main.parameters.json'), 'utf8');
  const page = readFileSync(join(infraFolder, '../docs/deploying.md'), 'utf8');
  const options = [...parameters.matchAll(/\$\{(DEPLOY_\w+)=?(\w*)\}/g)];
  expect(options).toHaveLength(7);
  for (const [, name, value] of options)
    expect(page).toContain(`| \`${name}\` | ${value && `\`${value}\` `}|`);
});

test('azure.yaml deploys the package to the app', () => {
  const { services } = parse(readFileSync(join(infraFolder, '../azure.yaml'), 'utf8'));
  expect(Object.keys(services)).toEqual([usual.one('Microsoft.Web/sites').tags?.['azd-service-name']]);
  expect(services.api).toMatchObject({ host: 'function', remoteBuild: false, dist: 'out/package-linux-x64' });
});
