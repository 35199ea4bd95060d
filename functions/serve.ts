import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { service } from './processService.ts';

/** All methods, so that the application and not the host answers a call that the contract does not have. */
const methods: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/**
 * Registers a route. Its handler is the whole application, so that it does not matter which of two matching routes a
 * host takes: the first or the most specific.
 */
export function serve(name: string, route: string): void {
  app.http(name, { route, methods, authLevel: 'anonymous', handler: handle });
}

async function handle({ url, method, headers, body }: HttpRequest): Promise<HttpResponseInit> {
  const { fetch } = await service();
  const response = await fetch(new Request(url, { method, headers, body, duplex: 'half' }));
  return { status: response.status, headers: response.headers, body: response.body };
}
