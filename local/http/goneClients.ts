import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const probeInterval = 200;

/**
 * Once a client has ended its half of a connection, finds out whether it has gone or only sends no more: sends provisional
 * responses (102), which a client that reads skips, and which close the connection where nobody does. The first makes
 * the other side answer that it has gone, the next one fails. Returns a function that ends the probing.
 */
export function probeAfterEnd(socket: Socket, response: ServerResponse): () => void {
  let timer: NodeJS.Timeout | undefined;
  const probe = () => response.headersSent || response.writeProcessing();
  const begin = () => {
    probe();
    timer = setInterval(probe, probeInterval);
  };
  socket.once('end', begin);
  return () => {
    clearInterval(timer);
    socket.off('end', begin);
  };
}
