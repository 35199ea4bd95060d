import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '@vercel/cosmosdb-server';

interface Operation {
  operationType: 'Create' | 'Upsert' | 'Replace' | 'Delete' | 'Read';
  id?: string;
  ifMatch?: string;
  resourceBody?: { id: string };
}
type Results = { statusCode: number; eTag?: string }[];

/**
 * @vercel/cosmosdb-server on a free port, behind a relay that corrects where it differs from the service: it sends
 * clients to an https address of its own, wants the partition key in each operation of a batch instead of the header,
 * does not undo the writes of a batch before the one that failed, and returns a query in one page.
 * onBatch: the results to return for a batch; undefined passes the batch on to the server.
 */
export async function startCosmos(
  onBatch: (operations: readonly Operation[]) => Results | undefined = () => undefined,
) {
  const inner = createHttpServer({}).listen(0, '127.0.0.1');
  await once(inner, 'listening');
  const { port } = inner.address() as AddressInfo;
  let lastBatch: Promise<unknown> = Promise.resolve();

  const forward = async (req: IncomingMessage, body: Buffer, extra: IncomingHttpHeaders = {}) => {
    const headers = { ...req.headers, ...extra, 'content-length': String(body.length) };
    const sent = request({ port, method: req.method, path: req.url, headers }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode!, headers: answer.headers, body: await bodyOf(answer) };
  };
  const forwardBatch = async (req: IncomingMessage, body: Buffer) => {
    const operations = JSON.parse(body.toString()) as Operation[];
    const partitionKey = req.headers['x-ms-documentdb-partitionkey'];
    const keyed = (each: Operation) => ({ ...each, partitionKey });
    const reads = operations.map(({ id, resourceBody }) =>
      keyed({ operationType: 'Read', id: id ?? resourceBody!.id }),
    );
    const found = await forward(req, jsonOf(reads), { 'x-ms-cosmos-batch-continue-on-error': 'true' });
    const refused = onBatch(operations) ?? refusal(operations, JSON.parse(found.body.toString()));
    if (!refused) return forward(req, jsonOf(operations.map(keyed)));
    return { status: 207, headers: { 'content-type': 'application/json' }, body: jsonOf(refused) };
  };

  const relay = createServer(async (req, res) => {
    try {
      const body = await bodyOf(req);
      let answer: Awaited<ReturnType<typeof forward>>;
      if (req.headers['x-ms-cosmos-is-batch-request']) {
        const mine = lastBatch.then(() => forwardBatch(req, body));
        lastBatch = mine.catch(() => {});
        answer = await mine;
      } else answer = await forward(req, body, req.headers['x-ms-documentdb-isquery'] ? smallPages : {});
      const { 'content-length': _, ...headers } = answer.headers;
      const text =
        req.url === '/' ? answer.body.toString().replaceAll(/https:[^"]*/g, address()) : answer.body;
      res.writeHead(answer.status, headers).end(text);
    } catch {
      res.destroy();
    }
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

/** Pages as small as the service returns them for large documents. */
const smallPages = { 'x-ms-max-item-count': '100' };

/** The results of a batch that fails: the cause for the first write that fails, 424 for all others. */
function refusal(operations: readonly Operation[], found: Results): Results | undefined {
  const statuses = operations.map(({ operationType, ifMatch }, i) => {
    const { statusCode, eTag } = found[i]!;
    if (operationType === 'Upsert') return 200;
    if (operationType === 'Create') return statusCode === 404 ? 200 : 409;
    if (statusCode === 404) return 404;
    return ifMatch === undefined || ifMatch === eTag ? 200 : 412;
  });
  const failed = statuses.findIndex((status) => status !== 200);
  if (failed === -1) return undefined;
  return statuses.map((status, i) => ({ statusCode: i === failed ? status : 424 }));
}

const jsonOf = (value: unknown) => Buffer.from(JSON.stringify(value));

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
