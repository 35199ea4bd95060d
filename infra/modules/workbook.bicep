import { commonParameters } from '../shared.bicep'

@description('What every module is given.')
param common commonParameters

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: common.names.workspace
}

@description('Tables and charts, in the order of the page.')
var views = [
  {
    title: 'Calls by operation and status'
    visualization: 'table'
    query: '''
      AppRequests
      | where isnotempty(Url)
      | summarize Calls = sum(ItemCount) by Operation = OperationName, Status = ResultCode
      | order by Calls desc
    '''
  }
  {
    title: 'Latency in milliseconds'
    visualization: 'timechart'
    query: '''
      AppRequests
      | where isnotempty(Url)
      | summarize P50 = percentile(DurationMs, 50), P95 = percentile(DurationMs, 95), P99 = percentile(DurationMs, 99)
        by bin(TimeGenerated, {TimeRange:grain})
    '''
  }
  {
    title: 'Server errors'
    visualization: 'barchart'
    query: '''
      AppRequests
      | where toint(ResultCode) >= 500
      | summarize Errors = sum(ItemCount) by bin(TimeGenerated, {TimeRange:grain}), OperationName
    '''
  }
  {
    title: 'Instances that answered'
    visualization: 'timechart'
    query: '''
      AppRequests
      | summarize Instances = dcount(AppRoleInstance) by bin(TimeGenerated, {TimeRange:grain})
    '''
  }
  {
    title: 'Background work in seconds'
    visualization: 'table'
    query: '''
      AppRequests
      | where isempty(Url)
      | summarize Runs = sum(ItemCount), Failed = sumif(ItemCount, Success == false), Median = percentile(DurationMs, 50) / 1000, Longest = max(DurationMs) / 1000
        by Function = OperationName
      | order by Runs desc
    '''
  }
  {
    title: 'Work that was given up'
    visualization: 'table'
    query: '''
      StorageQueueLogs
      | where OperationName == "PutMessage" and Uri contains "-poison/"
      | summarize Messages = count(), Last = max(TimeGenerated) by Queue = tostring(split(parse_url(Uri).Path, "/")[1])
    '''
  }
  {
    title: 'Exceptions'
    visualization: 'table'
    query: '''
      AppExceptions
      | summarize Count = sum(ItemCount), Last = max(TimeGenerated) by ExceptionType, OuterMessage
      | top 50 by Count
    '''
  }
  {
    title: 'Measurements of Visage'
    visualization: 'timechart'
    query: '''
      AppMetrics
      | where Name startswith "visage."
      | summarize Mean = sum(Sum) / sum(ItemCount) by bin(TimeGenerated, {TimeRange:grain}), Name
    '''
  }
]

@description('Lets the reader choose the time that all views cover.')
var timeRange = {
  type: 9
  name: 'TimeRange'
  content: {
    version: 'KqlParameterItem/1.0'
    parameters: [
      { name: 'TimeRange', label: 'Time', type: 4, isRequired: true, value: { durationMs: 86400000 } }
    ]
  }
}

@description('The views as workbooks store them.')
var items = [
  for view in views: {
    type: 3
    name: view.title
    content: {
      version: 'KqlItem/1.0'
      title: view.title
      query: view.query
      visualization: view.visualization
      queryType: 0
      resourceType: 'microsoft.operationalinsights/workspaces'
      crossComponentResources: [workspace.id]
      timeContextFromParameter: 'TimeRange'
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'visage')
  location: common.location
  tags: common.tags
  kind: 'shared'
  properties: {
    displayName: 'Visage'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([timeRange], items)
      fallbackResourceIds: [workspace.id]
    })
  }
}
