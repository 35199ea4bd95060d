/** Whether the models are loaded. reason: why not, for the operator. */
export type Readiness = { status: 'starting' | 'ready' } | { status: 'failed'; reason: string };

const pauseMs = 5_000;

/** Starts to warm up, and starts again some seconds after a failure; what it returns tells how far it is. */
export function warmUp(warm: () => Promise<void>, log: (message: string) => void): () => Readiness {
  let readiness: Readiness = { status: 'starting' };
  const attempt = () => {
    warm().then(
      () => {
        readiness = { status: 'ready' };
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log(`The models could not be loaded: ${reason}`);
        readiness = { status: 'failed', reason };
        setTimeout(attempt, pauseMs).unref();
      },
    );
  };
  attempt();
  return () => readiness;
}
