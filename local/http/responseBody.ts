import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ByteBudget } from './byteBudget.ts';
import { hostError } from './hostErrors.ts';
import type { HttpAnswer } from './httpData.ts';

/** A client that has read nothing for so long is not waited for any more, in ms. */
const readTimeout = 30_000;

/** Sends a response; 503 where its body has no room beside those that are waiting to be read. close: the connection's end. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  budget: ByteBudget,
  close: boolean,
): void {
  const length = answer.body?.length ?? 0;
  if (!budget.take(length)) {
    sendAnswer(request, response, hostError(503), budget, close);
    return;
  }
  response.once('close', () => budget.give(length));
  const { status, body } = answer;
  const headers = { ...answer.headers };
  const bodiless = status === 204 || status === 304;
  // The response to a HEAD carries the length that its function set.
  if (bodiless) delete headers['content-length'];
  else if (request.method !== 'HEAD' || headers['content-length'] === undefined)
    headers['content-length'] = length;
  if (close) headers.connection = 'close';
  response.writeHead(status, headers);
  response.end(bodiless || request.method === 'HEAD' ? undefined : body);
  endUnread(response);
}

/** Ends the connection of a client that stops reading. */
function endUnread(response: ServerResponse): void {
  const { socket } = response;
  let written = socket?.bytesWritten;
  const timer = setInterval(() => {
    if (socket?.bytesWritten === written) socket?.destroy();
    written = socket?.bytesWritten;
  }, readTimeout);
  response.once('close', () => clearInterval(timer));
}
