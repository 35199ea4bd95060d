import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';

/** Gives queues by the setting that holds their connection string. */
export type QueueClients = (connection: string, queueName: string) => QueueClient;

/** Throws an Error that names the setting where it is missing or no connection string. */
export function createQueueClients(env: Record<string, string | undefined>): QueueClients {
  const services = new Map<string, QueueServiceClient>();
  return (connection, queueName) => {
    let service = services.get(connection);
    if (!service) {
      service = connect(connection, env[`AzureWebJobs${connection}`] ?? env[connection]);
      services.set(connection, service);
    }
    return service.getQueueClient(queueName);
  };
}

function connect(name: string, value: string | undefined): QueueServiceClient {
  if (!value)
    throw new Error(
      `The setting ${name} is missing; a queue needs a connection string (identities are not supported).`,
    );
  try {
    return QueueServiceClient.fromConnectionString(value, {
      retryOptions: { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 1_000 },
    });
  } catch {
    throw new Error(`The setting ${name} is not a storage connection string.`);
  }
}
