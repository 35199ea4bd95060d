targetScope = 'subscription'

@description('Name of the azd environment, from which the resource group is named.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of all resources. It has to offer Flex Consumption.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Object id of who deploys, who may then read and rotate the keys. Empty: nobody but the app may.')
param principalId string = ''

@description('Kind of principalId: pipelines are service principals.')
@allowed(['Group', 'ServicePrincipal', 'User'])
param principalType string = 'User'

@description('Primary key of the first subscription. Stored at the first deployment and ignored afterwards.')
@secure()
@minLength(24)
param primaryKey string

@description('Secondary key of the first subscription. Stored at the first deployment and ignored afterwards.')
@secure()
@minLength(24)
param secondaryKey string

@description('Key of the operator\'s API. Stored at the first deployment and ignored afterwards.')
@secure()
@minLength(24)
param operatorKey string

@description('Memory of an instance in MB. 2,048 comes with one core, 4,096 with two.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances of the app at one time: the bound of what it can cost.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances for HTTP calls that never stop, so that no caller waits for a start. Billed all the time.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('HTTP calls that one instance serves at a time. More calls start more instances.')
@minValue(1)
@maxValue(100)
param httpConcurrency int = 4

@description('0: Cosmos DB is serverless. From 1,000: it scales by itself up to so many request units a second.')
@minValue(0)
param cosmosMaxThroughput int = 0

@description('Whether storage, Cosmos DB and the vault are reached through a virtual network alone.')
param privateNetwork bool = false

@description('Address that alerts are sent to. Empty: they are shown in the portal only.')
param alertEmail string = ''

@description('Makes names unique: one value for each subscription, environment and region.')
var token = toLower(uniqueString(subscription().id, environmentName, location))

@description('What every module is given.')
var common = {
  location: location
  privateNetwork: privateNetwork
  tags: { 'azd-env-name': environmentName }
  names: mapValues(loadJsonContent('abbreviations.json'), abbreviation => '${abbreviation}${token}')
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: common.tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { common: common }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: { common: common }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: { common: common }
  dependsOn: [monitoring]
}

module cosmos 'modules/cosmos.bicep' = {
  scope: group
  params: { common: common, maxThroughput: cosmosMaxThroughput }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: { common: common, primaryKey: primaryKey, secondaryKey: secondaryKey, operatorKey: operatorKey }
}

module rbac 'modules/rbac.bicep' = {
  scope: group
  params: { common: common, operatorId: principalId, operatorType: principalType }
  dependsOn: [cosmos, identity, monitoring, storage, vault]
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: { common: common }
  dependsOn: [cosmos, storage, vault]
}

module plan 'modules/plan.bicep' = {
  scope: group
  params: { common: common }
}

// Last: the app starts as soon as it exists, and without its roles it is refused everywhere.
module functionApp 'modules/function-app.bicep' = {
  scope: group
  params: {
    common: common
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    httpConcurrency: httpConcurrency
  }
  dependsOn: [network, plan, rbac]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: { common: common, email: alertEmail }
  dependsOn: [cosmos, monitoring]
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { common: common }
  dependsOn: [monitoring]
}

@description('Address of the service, as it is given to an SDK.')
output VISAGE_ENDPOINT string = functionApp.outputs.endpoint

@description('Name of the function app.')
output SERVICE_API_NAME string = common.names.functionApp

@description('Name of the vault that holds the keys.')
output AZURE_KEY_VAULT_NAME string = common.names.vault

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Region of the resources.')
output AZURE_LOCATION string = location

@description('Tenant of the subscription.')
output AZURE_TENANT_ID string = tenant().tenantId
