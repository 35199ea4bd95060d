/** For blobs and queues: four tries, within about five seconds where the service answers at all. */
export const retryOptions = {
  maxTries: 4,
  retryDelayInMs: 250,
  maxRetryDelayInMs: 2_000,
  tryTimeoutInMs: 60_000,
};
