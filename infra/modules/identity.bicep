import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: common.names.identity
  location: common.location
  tags: common.tags
}
