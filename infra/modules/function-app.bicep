import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

@description('Memory of an instance in MB.')
param instanceMemoryMB int

@description('The most instances at one time.')
param maximumInstanceCount int

@description('Instances for HTTP calls that never stop.')
param alwaysReadyInstances int

@description('HTTP calls that one instance serves at a time.')
param httpConcurrency int

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: common.names.applicationInsights
}

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' existing = {
  name: common.names.cosmosAccount
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: common.names.identity
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' existing = {
  name: common.names.plan
}

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: common.names.storageAccount
}

@description('Settings of the Functions host, of the libraries and of Visage.')
var settings = {
  AZURE_CLIENT_ID: identity.properties.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  // The app answers / itself.
  AzureWebJobsDisableHomepage: 'true'
  // In bytes. The host reads a body whole before the app sees it; the largest image has 6 MB.
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '8388608'
  ORT_DISABLE_TELEMETRY: '1'
  COSMOS_ENDPOINT: cosmos.properties.documentEndpoint
  FACE_SUBSCRIPTIONS: '@Microsoft.KeyVault(VaultName=${common.names.vault};SecretName=face-subscriptions)'
  FACE_TRUST_PROXY: 'true'
  VISAGE_OPERATOR_KEY: '@Microsoft.KeyVault(VaultName=${common.names.vault};SecretName=operator-key)'
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: common.names.functionApp
  location: common.location
  // azd deploys the service of azure.yaml that has this name.
  tags: { ...common.tags, 'azd-service-name': 'api' }
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: common.privateNetwork
      ? resourceId('Microsoft.Network/virtualNetworks/subnets', common.names.virtualNetwork, 'app')
      : null
    functionAppConfig: {
      runtime: { name: 'node', version: '22' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}package'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      ftpsState: 'Disabled'
      appSettings: map(items(settings), setting => { name: setting.key, value: setting.value })
    }
  }

  // Deployment takes an Entra token; no user name and password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Address of the service.')
output endpoint string = 'https://${app.properties.defaultHostName}'
