import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '@vercel/cosmosdb-server';

interface Operation {
  operationType: 'Create' | 'Upsert' | 'Replace' | 'Delete' | 'Read' | 'Patch';
  id?: string;
  ifMatch?: string;
  resourceBody?: object;
}
interface Patch {
  operations: { op: string; path: string; value: number }[];
  condition?: string;
}
type Item = { [name: string]: unknown };
type Results = { statusCode: number; eTag?: string; resourceBody?: Item }[];

/**
 * @vercel/cosmosdb-server on a free port, behind a relay that corrects where it differs from the service: it sends
 * clients to an https address of its own, wants the partition key in each operation of a batch instead of the header,
 * does not undo the writes of a batch before the one that failed, knows no patch in a batch, and returns a query in one
 * page.
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
      keyed({ operationType: 'Read', id: id ?? (resourceBody as { id: string }).id }),
    );
    const found = await forward(req, jsonOf(reads), { 'x-ms-cosmos-batch-continue-on-error': 'true' });
    const stored = JSON.parse(found.body.toString()) as Results;
    const refused = onBatch(operations) ?? refusal(operations, stored);
    if (!refused) return forward(req, jsonOf(operations.map((each, i) => keyed(patched(each, stored[i]!)))));
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
  const statuses = operations.map(({ operationType, ifMatch, resourceBody }, i) => {
    const { statusCode, eTag } = found[i]!;
    if (operationType === 'Upsert') return 200;
    if (operationType === 'Create') return statusCode === 404 ? 200 : 409;
    if (statusCode === 404) return 404;
    if (operationType === 'Patch') return holds((resourceBody as Patch).condition, found[i]!) ? 200 : 412;
    return ifMatch === undefined || ifMatch === eTag ? 200 : 412;
  });
  const failed = statuses.findIndex((status) => status !== 200);
  if (failed === -1) return undefined;
  return statuses.map((status, i) => ({ statusCode: i === failed ? status : 424 }));
}

/** Whether a document meets the condition of a patch. */
function holds(condition: string | undefined, { resourceBody }: Results[number]): boolean {
  return (
    condition === undefined || cosmosQuery(`SELECT * ${condition}`).exec([resourceBody!]).result.length > 0
  );
}

/** A patch that increments, as a replacement of the document found. */
function patched(operation: Operation, { resourceBody: found }: Results[number]): Operation {
  if (operation.operationType !== 'Patch') return operation;
  const item = structuredClone(found!);
  for (const { op, path, value } of (operation.resourceBody as Patch).operations) {
    if (op !== 'incr') throw new Error(`no patch operation ${op}`);
    const names = path.slice(1).split('/');
    const last = names.pop()!;
    const parent = names.reduce((each, name) => each[name] as Item, item);
    parent[last] = Number(parent[last] ?? 0) + value;
  }
  return { operationType: 'Replace', id: operation.id!, resourceBody: item };
}

/** The SQL of the test server. */
const { default: cosmosQuery } = createRequire(
  createRequire(import.meta.url).resolve('@vercel/cosmosdb-server'),
)('@zeit/cosmosdb-query') as { default: (sql: string) => { exec: (items: Item[]) => { result: Item[] } } };

const jsonOf = (value: unknown) => Buffer.from(JSON.stringify(value));

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
