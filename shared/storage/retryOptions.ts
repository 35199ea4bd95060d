/** For blobs and queues: four tries, which take about five seconds where the service responds at once. */
export const retryOptions = {
  maxTries: 4,
  retryDelayInMs: 250,
  maxRetryDelayInMs: 2_000,
  tryTimeoutInMs: 60_000,
};
