import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '@vercel/cosmosdb-server';

/** What a batch is answered with in place of asking the server; undefined lets it through. */
type BatchAnswer = { statusCode: number; eTag?: string }[] | undefined;

/**
 * @vercel/cosmosdb-server on a free port, behind a relay that makes up for two of its ways: it sends
 * clients to an https address of its own, and it wants the partition key in each operation of a batch where the service takes it from the header.
 */
export async function startCosmos(onBatch: (operations: { id?: string }[]) => BatchAnswer = () => undefined) {
  const inner = createHttpServer({}).listen(0, '127.0.0.1');
  await once(inner, 'listening');
  const relay = createServer((req, res) => {
    void bodyOf(req).then((body) => {
      let sent = body;
      if (req.headers['x-ms-cosmos-is-batch-request']) {
        const operations = JSON.parse(body.toString()) as { id?: string }[];
        const answer = onBatch(operations);
        if (answer !== undefined) {
          res.writeHead(207, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
          return;
        }
        const partitionKey = req.headers['x-ms-documentdb-partitionkey'];
        sent = Buffer.from(JSON.stringify(operations.map((operation) => ({ ...operation, partitionKey }))));
      }
      const headers = { ...req.headers, 'content-length': String(sent.length) };
      const forward = request(
        { port: (inner.address() as AddressInfo).port, method: req.method, path: req.url, headers },
        (answer) => {
          void bodyOf(answer).then((content) => {
            const text = req.url === '/' ? content.toString().replaceAll(/https:[^"]*/g, address()) : content;
            const { 'content-length': _, ...rest } = answer.headers;
            res.writeHead(answer.statusCode!, rest).end(text);
          });
        },
      );
      forward.on('error', () => res.destroy());
      forward.end(sent);
    });
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = () => `http://127.0.0.1:${(relay.address() as AddressInfo).port}/`;
  return {
    connection: `AccountEndpoint=${address()};AccountKey=${Buffer.from('key').toString('base64')}`,
    stop: () => {
      relay.closeAllConnections();
      relay.close();
      inner.close();
    },
  };
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
