import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

@description('Queues of background work.')
var queues = ['visage-training', 'visage-operations', 'visage-purge', 'visage-snapshot-removal']

@description('Each queue and the one its messages are moved to after they failed too often.')
var queuesWithPoison = flatten(map(queues, queue => [queue, '${queue}-poison']))

@description('Container of galleries and snapshots.')
var dataContainer = 'visage'

@description('Container of the deployed package.')
var packageContainer = 'package'

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: common.names.workspace
}

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: common.names.storageAccount
  location: common.location
  tags: common.tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: common.privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: common.privateNetwork ? 'Deny' : 'Allow', bypass: 'None' }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // What a user deletes is biometric data and has to be gone.
      deleteRetentionPolicy: { enabled: false }
      containerDeleteRetentionPolicy: { enabled: false }
    }

    resource containers 'containers' = [for name in [dataContainer, packageContainer]: { name: name }]
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource all 'queues' = [for name in queuesWithPoison: { name: name }]
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            // The app removes a snapshot after 48 hours. This catches what it missed.
            name: 'expired-snapshots'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${dataContainer}/snapshots/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 3 } } }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

#disable-next-line use-recent-api-versions // The only other version is older and has no tables of its own.
resource sentMessages 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'sent-messages'
  scope: account::queueService
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'StorageWrite', enabled: true }]
  }
}
