@export()
@description('What every module is given.')
type commonParameters = {
  @description('Region of the resources.')
  location: string

  @description('Names of the resources, by their kind. Modules find each other\'s resources by them.')
  names: {
    @description('One name for each entry of abbreviations.json.')
    *: string
  }

  @description('Whether storage, Cosmos DB and the vault are reached through private endpoints alone.')
  privateNetwork: bool

  @description('Tags of the resources.')
  tags: {
    @description('Value of the tag.')
    *: string
  }
}
