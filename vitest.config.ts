import { defineConfig } from 'vitest/config';

/** Tests that need models, a server, Azurite, the Cosmos DB double or many seconds. All others are unit tests. */
const integration = [
  'test/collections/{groups,instances,lists}.test.ts',
  'test/console/{files,looks,photographs,trouble,walk}.test.ts',
  'test/contract/{attributes,collections,exhaustion,faces,faces.rest,faults,strict,wire}.test.ts',
  'test/docs/examples.test.ts',
  'test/galleries/memory.test.ts',
  'test/http/modelsAppear.test.ts',
  'test/infra/{compiler,resources}.test.ts',
  'test/local/{http,lifecycle,queues}.test.ts',
  'test/models/{models,prepared}.test.ts',
  'test/package/*.test.ts',
  'test/snapshots/*.test.ts',
  'test/storage/*.test.ts',
  'test/vision/{attributes,createVision,customModels,engine,portraits}.test.ts',
];
const all = ['test/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'unit', include: all, exclude: integration } },
      { extends: true, test: { name: 'integration', include: integration } },
    ],
  },
});
