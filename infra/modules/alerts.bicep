import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

@description('Address that alerts are sent to. Empty: they are shown in the portal only.')
param email string

@description('Queries whose rows are counted over 15 minutes; more than `threshold` of them raise an alert.')
var logAlerts = [
  {
    name: 'server-errors'
    description: 'Calls are answered with 5xx.'
    severity: 1
    threshold: 5
    query: 'AppRequests | where toint(ResultCode) >= 500'
  }
  {
    name: 'latency'
    description: 'Of 20 calls or more, 5 % take longer than 5 seconds.'
    severity: 2
    threshold: 0
    query: '''
      AppRequests
      | where isnotempty(Url)
      | summarize Calls = count(), P95 = percentile(DurationMs, 95)
      | where Calls >= 20 and P95 > 5000
    '''
  }
  {
    name: 'failed-trainings'
    description: 'A training failed five times and is given up.'
    severity: 2
    threshold: 0
    query: 'StorageQueueLogs | where OperationName == "PutMessage" and Uri contains "/visage-training-poison/"'
  }
  {
    name: 'poison-queues'
    description: 'Other background work failed five times and is given up.'
    severity: 2
    threshold: 0
    query: '''
      StorageQueueLogs
      | where OperationName == "PutMessage" and Uri contains "-poison/" and Uri !contains "/visage-training-poison/"
    '''
  }
]

@description('Who is told of an alert.')
var actionGroupIds = empty(email) ? [] : [actionGroup.id]

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' existing = {
  name: common.names.cosmosAccount
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: common.names.workspace
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: common.names.actionGroup
  location: 'global'
  tags: common.tags
  properties: {
    enabled: true
    groupShortName: 'visage'
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource logs 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in logAlerts: {
    name: '${common.names.alert}-${alert.name}'
    location: common.location
    tags: common.tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Visage: ${alert.name}'
      description: alert.description
      severity: alert.severity
      enabled: true
      autoMitigate: true
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      scopes: [workspace.id]
      // The tables are there only after the first calls.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: alert.threshold
          }
        ]
      }
      actions: { actionGroups: actionGroupIds }
    }
  }
]

resource throttling 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${common.names.alert}-throttling'
  location: 'global'
  tags: common.tags
  properties: {
    description: 'Cosmos DB refuses more than 100 requests in 15 minutes for want of request units.'
    severity: 2
    enabled: true
    autoMitigate: true
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    scopes: [cosmos.id]
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'throttled'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          metricName: 'TotalRequests'
          dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 100
        }
      ]
    }
    actions: map(actionGroupIds, id => { actionGroupId: id })
  }
}
