/** Whether the models are loaded. reason: why not, for the operator. */
export type Readiness = { status: 'starting' | 'ready' } | { status: 'failed'; reason: string };

const retryAfterMs = 5_000;

/**
 * Starts to load the models and returns a function that reads the readiness. After a failure, a read that comes at least
 * five seconds later starts another attempt; until that ends, the reason of the failure stands.
 */
export function warmUp(warm: () => Promise<void>, log: (message: string) => void): () => Readiness {
  let readiness: Readiness = { status: 'starting' };
  let retryAt = Infinity;
  const attempt = async () => {
    retryAt = Infinity;
    try {
      await warm();
      readiness = { status: 'ready' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`The models could not be loaded: ${reason}`);
      readiness = { status: 'failed', reason };
      retryAt = Date.now() + retryAfterMs;
    }
  };
  void attempt();
  return () => {
    if (Date.now() >= retryAt) void attempt();
    return readiness;
  };
}
