import { describe, expect, test } from 'vitest';
import { readConfig, settings as schema } from '../../shared/config.ts';
import { readSnapshot } from './snapshot.ts';

const usual = readSnapshot('default');
const everything = readSnapshot('everything');

/** Read by the Functions host or by libraries. */
const readByOthers = [
  /^AzureWebJobs/,
  /^APPLICATIONINSIGHTS_/,
  /^AZURE_CLIENT_ID$/,
  /^FUNCTIONS_REQUEST_BODY_SIZE_LIMIT$/,
  /^ORT_DISABLE_TELEMETRY$/,
];

/** Refused on Flex Consumption, or without effect there. */
const forbidden =
  /^(AzureWebJobsStorage|FUNCTIONS_(WORKER_RUNTIME(_VERSION)?|EXTENSION_VERSION|WORKER_PROCESS_COUNT|MAX_HTTP_CONCURRENCY)|WEBSITE_.*|TZ|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD)$/;

/** Set for code to come; each leaves this list when the code reads it. */
const notYetRead = ['COSMOS_ENDPOINT', 'VISAGE_OPERATOR_KEY'];

describe.each([usual, everything])('with and without all options', (snapshot) => {
  const settings = settingsOf(snapshot);

  test('none is there that Flex Consumption forbids', () => {
    expect(Object.keys(settings).filter((name) => forbidden.test(name))).toEqual([]);
  });

  test('every setting that the code reads is set or has a default', () => {
    const config = readConfig(onAzure(settings));
    expect(config.subscriptions).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'first',
        keys: ['the value of primaryKey', 'the value of secondaryKey'],
        tier: 'S0',
      },
    ]);
  });

  test('every setting that is set is read', () => {
    const read = Object.keys(schema.shape);
    const unread = Object.keys(settings).filter(
      (name) => !read.includes(name) && !readByOthers.some((pattern) => pattern.test(name)),
    );
    expect(unread.sort()).toEqual(notYetRead);
  });

  test('keys are references to secrets that exist', () => {
    const vault = snapshot.one('Microsoft.KeyVault/vaults').name;
    const secrets = snapshot.all('Microsoft.KeyVault/vaults/secrets').map(({ name }) => name);
    for (const name of ['FACE_SUBSCRIPTIONS', 'VISAGE_OPERATOR_KEY']) {
      const [, ofVault, secret] = /^@Microsoft\.KeyVault\(VaultName=(.+);SecretName=(.+)\)$/.exec(
        settings[name]!,
      )!;
      expect(ofVault).toBe(vault);
      expect(secrets).toContain(`${vault}/${secret}`);
    }
  });

  test('storage, telemetry and the vault take the identity of the app', () => {
    const { properties, identity } = snapshot.one('Microsoft.Web/sites') as {
      properties: Record<string, unknown>;
      identity?: unknown;
    };
    const id = snapshot.one('Microsoft.ManagedIdentity/userAssignedIdentities').id;
    expect(identity).toEqual({ type: 'UserAssigned', userAssignedIdentities: { [id]: {} } });
    expect(properties.keyVaultReferenceIdentity).toBe(id);
    const clientId = settings.AZURE_CLIENT_ID!;
    expect(clientId).toContain(id);
    expect(settings.AzureWebJobsStorage__clientId).toBe(clientId);
    expect(settings.AzureWebJobsStorage__credential).toBe('managedidentity');
    expect(settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING).toContain(';Authorization=AAD');
  });
});

test('scale and network are as the parameters say', () => {
  const scaleOf = ({ one }: typeof usual) => {
    const { functionAppConfig, virtualNetworkSubnetId = null } = one('Microsoft.Web/sites').properties;
    return {
      ...functionAppConfig.scaleAndConcurrency,
      runtime: functionAppConfig.runtime,
      virtualNetworkSubnetId,
    };
  };
  const runtime = { name: 'node', version: '22' };
  expect(scaleOf(usual)).toEqual({
    instanceMemoryMB: 2048,
    maximumInstanceCount: 40,
    alwaysReady: [],
    triggers: { http: { perInstanceConcurrency: 4 } },
    runtime,
    virtualNetworkSubnetId: null,
  });
  expect(scaleOf(everything)).toEqual({
    instanceMemoryMB: 4096,
    maximumInstanceCount: 100,
    alwaysReady: [{ name: 'http', instanceCount: 2 }],
    triggers: { http: { perInstanceConcurrency: 8 } },
    runtime,
    virtualNetworkSubnetId: `${everything.one('Microsoft.Network/virtualNetworks').id}/subnets/app`,
  });
});

function settingsOf({ one }: typeof usual): Record<string, string> {
  const settings: { name: string; value: string }[] =
    one('Microsoft.Web/sites').properties.siteConfig.appSettings;
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

/** The settings as the app finds them on Azure. */
function onAzure(settings: Record<string, string>): Record<string, string> {
  const known: [RegExp, string][] = [
    [/SecretName=face-subscriptions/, subscriptionsSecret()],
    [/SecretName=operator-key/, 'the value of operatorKey'],
    [/^\[.*primaryEndpoints\.blob\]$/, 'https://account.blob.core.windows.net/'],
    [/^\[.*primaryEndpoints\.queue\]$/, 'https://account.queue.core.windows.net/'],
    [/^\[.*documentEndpoint\]$/, 'https://account.documents.azure.com:443/'],
    [/^\[.*clientId\]$/, '22222222-2222-4222-8222-222222222222'],
  ];
  const resolved = Object.entries(settings).map(([name, value]) => {
    return [name, known.find(([pattern]) => pattern.test(value))?.[1] ?? value];
  });
  return { ...Object.fromEntries(resolved), WEBSITE_INSTANCE_ID: '0123456789abcdef' };
}

/** The secret's value: an expression of template functions, which all can be had in JavaScript. */
function subscriptionsSecret(): string {
  const secret = usual
    .all('Microsoft.KeyVault/vaults/secrets')
    .find(({ name }) => name.endsWith('/face-subscriptions'));
  const functions = {
    string: JSON.stringify,
    createArray: (...values: unknown[]) => values,
    createObject: (...parts: unknown[]) =>
      Object.fromEntries(parts.flatMap((part, i) => (i % 2 === 0 ? [[part, parts[i + 1]]] : []))),
    parameters: (name: string) => `the value of ${name}`,
  };
  const expression = String(secret?.properties.value).replace(/^\[(.*)\]$/, 'return $1');
  return new Function(...Object.keys(functions), expression)(...Object.values(functions));
}
