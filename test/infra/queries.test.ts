import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readSnapshot } from './snapshot.ts';

interface Diagnostics {
  Count: number;
  getItem(index: number): { Message: string };
}
declare const Kusto: {
  Language: { KustoCode: { ParseAndAnalyze(query: string): { GetDiagnostics(): Diagnostics } } };
};
const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

/** The columns that may be used, of the tables as Azure Monitor documents them. */
const tables = {
  AppExceptions: 'TimeGenerated: datetime, ExceptionType: string, OuterMessage: string, ItemCount: int',
  AppMetrics: 'TimeGenerated: datetime, Name: string, Sum: real, ItemCount: int',
  AppRequests:
    'TimeGenerated: datetime, Url: string, Success: bool, ResultCode: string, DurationMs: real, ItemCount: int, OperationName: string, AppRoleInstance: string',
  StorageQueueLogs: 'TimeGenerated: datetime, OperationName: string, Uri: string',
};
const declarations = Object.entries(tables).map(
  ([name, columns]) => `let ${name} = datatable(${columns})[];\n`,
);

const { all, one } = readSnapshot('default');
const alerts = all('Microsoft.Insights/scheduledQueryRules').map(({ properties }) => ({
  title: String(properties.displayName),
  query: String(properties.criteria.allOf[0].query),
}));

const view = z.object({
  type: z.literal(3),
  content: z.looseObject({ title: z.string(), query: z.string() }),
});
const time = z.object({ type: z.literal(9) });
const workbook = z
  .object({ version: z.literal('Notebook/1.0'), items: z.array(z.union([view, time])) })
  .parse(JSON.parse(one('Microsoft.Insights/workbooks').properties.serializedData));
const views = workbook.items.flatMap((item) => (item.type === 3 ? [item.content] : []));

describe('Kusto understands', () => {
  // The first query makes the tables of the whole grammar.
  beforeAll(() => {
    complaints('print 1');
  });

  test.each(alerts)('the alert $title', ({ query }) => {
    expect(complaints(query)).toEqual([]);
  });

  test.each(views)('the view "$title" of the workbook', ({ query }) => {
    // The workbook puts the width of its bins in place of the parameter.
    expect(complaints(query.replaceAll('{TimeRange:grain}', '1h'))).toEqual([]);
  });

  test('no query of a column that does not exist', () => {
    expect(complaints('AppRequests | where Colour == 1')).toHaveLength(1);
  });
});

function complaints(query: string): string[] {
  const diagnostics = Kusto.Language.KustoCode.ParseAndAnalyze(
    declarations.join('') + query,
  ).GetDiagnostics();
  return Array.from({ length: diagnostics.Count }, (_, i) => diagnostics.getItem(i).Message);
}
