import { join } from 'node:path';
import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { createConsole } from '../shared/http/console.ts';

/** The build puts the console beside this bundle. */
const files = createConsole(join(import.meta.dirname, 'console'));

async function answer({ url, method, headers }: HttpRequest): Promise<HttpResponseInit> {
  const response = await files.fetch(new Request(url, { method, headers }));
  return { status: response.status, headers: response.headers, body: response.body };
}

function serve(name: string, route: string): void {
  app.http(name, { route, methods: ['GET', 'HEAD'], authLevel: 'anonymous', handler: answer });
}

// The root alone: an empty route would be taken for a missing one and named after the function.
serve('consolePage', '{root:maxlength(0)?}');
serve('consoleFiles', 'console/{*path}');
