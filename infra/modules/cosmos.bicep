import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

@description('0: serverless. From 1,000: the request units a second that it scales up to.')
param maxThroughput int

resource account 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' = {
  name: common.names.cosmosAccount
  location: common.location
  tags: common.tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    locations: [{ locationName: common.location, failoverPriority: 0 }]
    capabilities: maxThroughput == 0 ? [{ name: 'EnableServerless' }] : []
    // Any instance has to see what another one has just written.
    consistencyPolicy: { defaultConsistencyLevel: 'Strong' }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: common.privateNetwork ? 'Disabled' : 'Enabled'
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
  }

  resource database 'sqlDatabases' = {
    name: 'visage'
    properties: { resource: { id: 'visage' } }

    resource documents 'containers' = {
      name: 'documents'
      properties: {
        resource: {
          id: 'documents'
          partitionKey: { kind: 'Hash', version: 2, paths: ['/pk'] }
          // A document expires only if it says so.
          defaultTtl: -1
          indexingPolicy: {
            indexingMode: 'consistent'
            automatic: true
            includedPaths: [{ path: '/pk/?' }]
            excludedPaths: [{ path: '/*' }]
          }
        }
        options: maxThroughput == 0 ? {} : { autoscaleSettings: { maxThroughput: maxThroughput } }
      }
    }
  }
}
