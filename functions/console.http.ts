import { join } from 'node:path';
import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { createConsole } from '../shared/http/console.ts';
import { handle, methods } from './serve.ts';

/** The build puts the console beside this bundle. */
const files = createConsole(join(import.meta.dirname, 'console'));

/** Never waits for the service to open. */
async function serveFile({ url, method, headers }: HttpRequest): Promise<HttpResponseInit> {
  const response = await files.fetch(new Request(url, { method, headers }));
  return { status: response.status, headers: response.headers, body: response.body };
}

app.http('console', {
  route: 'console/{*path}',
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  handler: serveFile,
});

// The last of all routes matches what no other does: the console's page at `/`, operations at the root, double slashes,
// and what the contract answers 404.
app.http('everythingElse', {
  route: '{*path}',
  methods,
  authLevel: 'anonymous',
  handler: (request, context) =>
    new URL(request.url).pathname === '/' && /^(GET|HEAD)$/.test(request.method)
      ? serveFile(request)
      : handle(request, context),
});
