using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param principalId = '11111111-1111-4111-8111-111111111111'
param principalType = 'ServicePrincipal'
param primaryKey = 'primary-key-of-the-snapshot'
param secondaryKey = 'secondary-key-of-the-snapshot'
param operatorKey = 'operator-key-of-the-snapshot'
param instanceMemoryMB = 4096
param maximumInstanceCount = 100
param alwaysReadyInstances = 2
param httpConcurrency = 8
param cosmosMaxThroughput = 4000
param privateNetwork = true
param alertEmail = 'operator@example.com'
