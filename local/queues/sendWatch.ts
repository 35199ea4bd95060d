import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { embeddedSends } from '../../shared/storage/messageQueue.ts';

type Listener = () => void;
const listeners = new Map<string, Set<Listener>>();
let watching = false;

/**
 * Calls back whenever this process has put a message into a queue, so that idle queues can be polled rarely and local
 * messages still start at once: it watches outgoing requests for POST .../queue/messages, and embedded queues.
 * Returns a function that ends the subscription.
 */
export function onSend(queueName: string, listener: Listener): () => void {
  watch();
  const set = listeners.get(queueName) ?? new Set();
  listeners.set(queueName, set.add(listener));
  return () => void set.delete(listener);
}

function watch(): void {
  if (watching) return;
  watching = true;
  subscribe('http.client.response.finish', (message) => {
    const { request } = message as { request: ClientRequest };
    const queue = request.method === 'POST' && /\/([^/]+)\/messages(?:\?|$)/.exec(request.path)?.[1];
    if (queue) notify(queue);
  });
  embeddedSends.subscribe((message) => notify((message as { queue: string }).queue));
}

function notify(queue: string): void {
  for (const listener of listeners.get(queue) ?? []) listener();
}
