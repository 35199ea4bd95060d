/** Imports run downward only: functions, local → http → faces, collections → vision | matching | storage → config. */
const not = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    not('config-is-the-floor', '^shared/[^/]+\\.ts$', '^(functions|local|setup|bench|shared/[^/]+/)'),
    not(
      'vision-knows-pixels-only',
      '^shared/vision/',
      '^(functions|local|setup|bench|shared/(http|faces|collections|matching|storage)/)',
    ),
    not(
      'matching-knows-vectors-only',
      '^shared/matching/',
      '^(functions|local|setup|bench|shared/(http|faces|collections|vision|storage)/)',
    ),
    not(
      'storage-knows-documents-only',
      '^shared/storage/',
      '^(functions|local|setup|bench|shared/(http|faces|collections|vision|matching)/)',
    ),
    not('verbs-know-no-http', '^shared/(faces|collections)/', '^(functions|local|setup|bench|shared/http/)'),
    not('collections-know-no-verbs', '^shared/collections/', '^shared/faces/'),
    not('http-is-below-functions', '^shared/http/', '^(functions|local|setup|bench)/'),
    not('functions-know-no-host', '^functions/', '^(local|setup|bench)/'),
    not('setup-stands-alone', '^setup/', '^(functions|local|bench|shared/[^/]+/)'),
    not('nothing-imports-tests', '^(functions|shared|local|setup|bench)/', '^test/'),
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^(functions|shared)/' },
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
