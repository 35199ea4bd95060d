import { subscribe } from 'node:diagnostics_channel';
import {
  app,
  type HttpMethod,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import type { Service } from '../shared/service.ts';
import { service } from './processService.ts';

/** All methods, so that the application and not the host answers a call that the contract does not have. */
export const methods: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/**
 * Registers a route. Its handler is the whole application, so that it does not matter which of two matching routes a
 * host takes: the first or the most specific.
 */
export function serve(name: string, route: string): void {
  app.http(name, { route, methods, authLevel: 'anonymous', handler: handle });
}

/** Answers a request by the whole application. */
export async function handle(
  { url, method, headers, body }: HttpRequest,
  { invocationId }: InvocationContext,
): Promise<HttpResponseInit> {
  const { fetch } = await service();
  const { signal, end } = clientOf(invocationId);
  try {
    const response = await fetch(new Request(url, { method, headers, body, duplex: 'half', signal }));
    return { status: response.status, headers: response.headers, body: response.body };
  } finally {
    end();
  }
}

/** Whether the body of a request is worth reading. */
export const checkRequestHead: Service['checkHead'] = async (head) =>
  head.method === 'GET' || head.method === 'HEAD' ? noBody : (await service()).checkHead(head);

const noBody = { bodyLimit: 0, tooLarge: { status: 413, headers: {}, body: new Uint8Array() } };

/** Requests under way, by the invocation that serves them. */
const clients = new Map<string, AbortController>();

// The local host says so; Azure does not tell an app.
subscribe('visage.client-gone', (message) => {
  clients.get((message as { invocationId: string }).invocationId)?.abort();
});

function clientOf(invocationId: string) {
  const client = new AbortController();
  clients.set(invocationId, client);
  return { signal: client.signal, end: () => clients.delete(invocationId) };
}
