import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

@description('What is reached privately: the part of each resource, and the DNS zone that then answers for it.')
var services = [
  {
    type: 'Microsoft.Storage/storageAccounts'
    name: common.names.storageAccount
    part: 'blob'
    zone: 'privatelink.blob.${environment().suffixes.storage}'
  }
  {
    type: 'Microsoft.Storage/storageAccounts'
    name: common.names.storageAccount
    part: 'queue'
    zone: 'privatelink.queue.${environment().suffixes.storage}'
  }
  {
    type: 'Microsoft.DocumentDB/databaseAccounts'
    name: common.names.cosmosAccount
    part: 'Sql'
    zone: 'privatelink.documents.azure.com'
  }
  {
    type: 'Microsoft.KeyVault/vaults'
    name: common.names.vault
    part: 'vault'
    zone: 'privatelink.vaultcore.azure.net'
  }
]

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: common.names.virtualNetwork
  location: common.location
  tags: common.tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/23'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      { name: 'endpoints', properties: { addressPrefix: '10.0.2.0/27' } }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: service.zone
    location: 'global'
    tags: common.tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, i) in services: {
    parent: zones[i]
    name: network.name
    location: 'global'
    tags: common.tags
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2026-03-01' = [
  for service in services: {
    name: '${common.names.privateEndpoint}-${toLower(service.part)}'
    location: common.location
    tags: common.tags
    properties: {
      subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'endpoints') }
      privateLinkServiceConnections: [
        {
          name: service.part
          properties: { privateLinkServiceId: resourceId(service.type, service.name), groupIds: [service.part] }
        }
      ]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2026-03-01' = [
  for (service, i) in services: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: toLower(service.part), properties: { privateDnsZoneId: zones[i].id } }]
    }
  }
]
