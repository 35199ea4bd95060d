/** A call that did not succeed, with all that helps to ask about it. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 where no answer came. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId?: string,
    /** Seconds after which the service asks to be called again. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** Whether the same call may well succeed a little later. */
  get passing(): boolean {
    return (
      this.status === 0 ||
      this.status === 408 ||
      this.status === 429 ||
      this.status >= 500 ||
      this.code === 'ConcurrentOperationConflict'
    );
  }
}

/** Whatever was thrown, as an ApiError that can be shown. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError(0, 'Console', thrown instanceof Error ? thrown.message : String(thrown));
}

/** Whether a resource does not exist or was never trained: an answer rather than a failure to some callers. */
export const isMissing = (thrown: unknown) => thrown instanceof ApiError && thrown.status === 404;
