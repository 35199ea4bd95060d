import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: common.names.plan
  location: common.location
  tags: common.tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}
