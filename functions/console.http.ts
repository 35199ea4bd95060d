import { join } from 'node:path';
import { app } from '@azure/functions';
import { createConsole } from '../shared/http/console.ts';

/** The build puts the console beside this bundle. */
const files = createConsole(join(import.meta.dirname, 'console'));

// The last of all routes: it matches `/` and whatever no other does. It never waits for the service to open.
app.http('console', {
  route: '{*path}',
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  handler: async ({ url, method, headers }) => {
    const response = await files.fetch(new Request(url, { method, headers }));
    return { status: response.status, headers: response.headers, body: response.body };
  },
});
