/**
 * Imports run downward only:
 *   functions, local → service → http, jobs → faces, snapshots → galleries → collections → vision | matching | storage → messages, tiers, config.
 * fit and bench stand beside the functions; models/prepare stands alone.
 */
const above = '^(functions|local|models/prepare|fit|bench|shared/service\\.ts';
const not = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});
const rooms = (...names) => `${above}|shared/(${names.join('|')})/)`;

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    not('config-is-the-floor', '^shared/(?!service\\.ts)[^/]+\\.ts$', `${above}|shared/[^/]+/)`),
    not(
      'vision-knows-pixels-only',
      '^shared/vision/',
      rooms('http', 'jobs', 'faces', 'snapshots', 'galleries', 'collections', 'matching', 'storage'),
    ),
    not(
      'matching-knows-vectors-only',
      '^shared/matching/',
      rooms('http', 'jobs', 'faces', 'snapshots', 'galleries', 'collections', 'vision', 'storage'),
    ),
    not(
      'storage-knows-documents-only',
      '^shared/storage/',
      rooms('http', 'jobs', 'faces', 'snapshots', 'galleries', 'collections', 'vision', 'matching'),
    ),
    not(
      'collections-are-below-galleries',
      '^shared/collections/',
      rooms('http', 'jobs', 'faces', 'snapshots', 'galleries'),
    ),
    not('galleries-are-below-verbs', '^shared/galleries/', rooms('http', 'jobs', 'faces', 'snapshots')),
    not('verbs-know-no-http', '^shared/faces/', rooms('http', 'jobs', 'snapshots')),
    not('snapshots-know-no-http', '^shared/snapshots/', rooms('http', 'jobs', 'faces')),
    not('http-knows-no-jobs', '^shared/http/', rooms('jobs')),
    not('jobs-know-no-http', '^shared/jobs/', rooms('http')),
    not(
      'service-is-below-functions',
      '^shared/service\\.ts$',
      '^(functions|local|models/prepare|fit|bench)/',
    ),
    not('functions-know-no-host', '^functions/', '^(local|models/prepare|fit|bench)/'),
    not(
      'host-knows-no-service',
      '^local/',
      '^(functions|fit|bench|shared/service\\.ts|shared/(?!storage/)[^/]+/)',
    ),
    not('prepare-stands-alone', '^models/prepare/', '^(functions|local|fit|bench|shared/[^/]+/)'),
    not('fit-is-below-bench', '^fit/', '^(functions|local|bench)/'),
    not('nothing-imports-tests', '^(functions|shared|local|models|fit|bench|console)/', '^test/'),
    not('console-speaks-http', '^console/', '^(functions|shared|local|models|fit|bench|scripts)/'),
    not('console-is-served-only', '^(functions|shared|local|models|fit|bench)/', '^console/'),
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^(functions|shared|local|models/prepare)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
