import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: common.names.workspace
  location: common.location
  tags: common.tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    features: { disableLocalAuth: true }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: common.names.applicationInsights
  location: common.location
  tags: common.tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}
