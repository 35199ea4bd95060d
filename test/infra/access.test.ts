import { describe, expect, test } from 'vitest';
import { ownName, readSnapshot } from './snapshot.ts';

const usual = readSnapshot('default');
const everything = readSnapshot('everything');

describe.each([usual, everything])('with and without all options', ({ text, all, one }) => {
  test('no key of an account opens anything, and none is read', () => {
    expect(text).not.toMatch(/listKeys|listAccountSas|AccountKey|SharedAccessKey|InstrumentationKey/i);
    expect(one('Microsoft.Storage/storageAccounts').properties).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: true,
    });
    expect(one('Microsoft.DocumentDB/databaseAccounts').properties).toMatchObject({
      disableLocalAuth: true,
      disableKeyBasedMetadataWriteAccess: true,
    });
    expect(one('Microsoft.OperationalInsights/workspaces').properties.features.disableLocalAuth).toBe(true);
    expect(one('Microsoft.Insights/components').properties.DisableLocalAuth).toBe(true);
    expect(one('Microsoft.KeyVault/vaults').properties.enableRbacAuthorization).toBe(true);
    const publishing = all('Microsoft.Web/sites/basicPublishingCredentialsPolicies');
    expect(publishing.map((each) => [ownName(each), each.properties.allow])).toEqual([
      ['ftp', false],
      ['scm', false],
    ]);
  });
});

test('the app and the operator have these roles and no others', () => {
  const roles: Record<string, string> = {
    'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
    '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
    '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
    '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
    'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
  };
  const assignments = everything.all('Microsoft.Authorization/roleAssignments').map(({ id, properties }) => {
    const kind = /providers\/([^/]+\/[^/]+)\/[^/]+\/providers/.exec(id)![1];
    const who = properties.principalId === '11111111-1111-4111-8111-111111111111' ? 'operator' : 'app';
    const role = properties.roleDefinitionId.split('/').at(-1);
    return `${who} on ${kind}: ${roles[role]}, ${properties.principalType}`;
  });
  expect(assignments.sort()).toEqual([
    'app on Microsoft.Insights/components: Monitoring Metrics Publisher, ServicePrincipal',
    'app on Microsoft.KeyVault/vaults: Key Vault Secrets User, ServicePrincipal',
    'app on Microsoft.Storage/storageAccounts: Storage Blob Data Owner, ServicePrincipal',
    'app on Microsoft.Storage/storageAccounts: Storage Queue Data Contributor, ServicePrincipal',
    'operator on Microsoft.KeyVault/vaults: Key Vault Secrets Officer, ServicePrincipal',
  ]);
  const account = everything.one('Microsoft.DocumentDB/databaseAccounts').id;
  const documents = everything.one('Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments').properties;
  expect(documents.scope).toBe(account);
  expect(documents.roleDefinitionId).toBe(
    `${account}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002`,
  );
});

test('a private network closes storage, Cosmos DB and the vault to everybody else', () => {
  const closable = [
    'Microsoft.Storage/storageAccounts',
    'Microsoft.DocumentDB/databaseAccounts',
    'Microsoft.KeyVault/vaults',
  ];
  for (const type of closable) {
    expect(usual.one(type).properties.publicNetworkAccess).toBe('Enabled');
    expect(everything.one(type).properties.publicNetworkAccess).toBe('Disabled');
  }
  expect(usual.resources.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]);
  const endpoints = everything.all('Microsoft.Network/privateEndpoints').map(({ properties }) => {
    const [connection] = properties.privateLinkServiceConnections;
    return [connection.properties.groupIds[0], connection.properties.privateLinkServiceId];
  });
  const idOf = (type: string) => everything.one(type).id;
  expect(endpoints).toEqual([
    ['blob', idOf('Microsoft.Storage/storageAccounts')],
    ['queue', idOf('Microsoft.Storage/storageAccounts')],
    ['Sql', idOf('Microsoft.DocumentDB/databaseAccounts')],
    ['vault', idOf('Microsoft.KeyVault/vaults')],
  ]);
  expect(everything.all('Microsoft.Network/privateDnsZones').map(ownName)).toEqual([
    "[format('privatelink.blob.{0}', environment().suffixes.storage)]",
    "[format('privatelink.queue.{0}', environment().suffixes.storage)]",
    'privatelink.documents.azure.com',
    'privatelink.vaultcore.azure.net',
  ]);
});
