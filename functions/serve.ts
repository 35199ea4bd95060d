import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { service } from './processService.ts';

/** All of them: a call that does not exist is answered by the contract, not by the host. */
const methods: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/**
 * Registers a route. What answers is the whole application, whichever route a request came by: a host that takes the
 * first that matches and one that takes the most specific answer alike.
 */
export function serve(name: string, route: string): void {
  app.http(name, { route, methods, authLevel: 'anonymous', handler: answer });
}

async function answer({ url, method, headers, body }: HttpRequest): Promise<HttpResponseInit> {
  const { fetch } = await service();
  const response = await fetch(new Request(url, { method, headers, body, duplex: 'half' }));
  return { status: response.status, headers: response.headers, body: response.body };
}
