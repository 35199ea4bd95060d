using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param principalId = '11111111-1111-4111-8111-111111111111'
param primaryKey = 'primary-key-of-the-snapshot'
param secondaryKey = 'secondary-key-of-the-snapshot'
param operatorKey = 'operator-key-of-the-snapshot'
