import { FaceClient, type FaceModels as Models } from '@azure/cognitiveservices-face';
import { ApiKeyCredentials } from '@azure/ms-rest-js';
import { FaceClient as FaceClient4 } from 'cognitiveservices-face-4';

/** A client of the official SDK, of its generation 5. */
export const client5 = (url: string, key: string) => new FaceClient(credentials(key), url);

/** One of generation 4, whose types those of 5 serve for; its `create` takes the name among the options. */
export function client4(url: string, key: string): FaceClient {
  const client = new FaceClient4(credentials(key), url) as unknown as FaceClient;
  for (const kind of ['faceList', 'largeFaceList', 'personGroup', 'largePersonGroup'] as const) {
    const create = client[kind].create.bind(client[kind]) as unknown as (
      id: string,
      options: object,
    ) => Promise<never>;
    client[kind].create = (id: string, name: string, options?: object) => create(id, { name, ...options });
  }
  return client;
}

/** Waits for a training of `kind` to end; answers its last status. */
export async function trained(
  operations: { getTrainingStatus(id: string): Promise<Models.TrainingStatus> },
  id: string,
): Promise<Models.TrainingStatus> {
  for (;;) {
    const status = await operations.getTrainingStatus(id);
    if (status.status === 'succeeded' || status.status === 'failed') return status;
    await pause();
  }
}

/** Waits for a take or an apply to end; answers its last status. */
export async function ended(
  client: FaceClient,
  { operationLocation }: { operationLocation?: string },
): Promise<Models.OperationStatus> {
  const operation = operationLocation!.split('/').at(-1)!;
  for (;;) {
    const status = await client.snapshot.getOperationStatus(operation);
    if (status.status === 'succeeded' || status.status === 'failed') return status;
    await pause();
  }
}

const credentials = (key: string) =>
  new ApiKeyCredentials({ inHeader: { 'Ocp-Apim-Subscription-Key': key } });

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
