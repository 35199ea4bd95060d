import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

@description('Primary key of the first subscription.')
@secure()
param primaryKey string

@description('Secondary key of the first subscription.')
@secure()
param secondaryKey string

@description('Key of the operator\'s API.')
@secure()
param operatorKey string

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  name: common.names.vault
  location: common.location
  tags: common.tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: common.privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: common.privateNetwork ? 'Deny' : 'Allow', bypass: 'None' }
  }

  // Both are the operator's once they exist: a later deployment changes no key.
  @onlyIfNotExists()
  resource subscriptions 'secrets' = {
    name: 'face-subscriptions'
    properties: {
      contentType: 'application/json'
      value: string([
        { id: guid(resourceGroup().id), name: 'first', keys: [primaryKey, secondaryKey], tier: 'S0' }
      ])
    }
  }

  @onlyIfNotExists()
  resource operator 'secrets' = {
    name: 'operator-key'
    properties: { value: operatorKey }
  }
}
