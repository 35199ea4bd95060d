/** Thrown if an image would have to wait too long for its analysis. */
export class Overloaded extends Error {
  /** Seconds after which a retry is likely to succeed, a whole number. */
  constructor(readonly retryAfterSeconds: number) {
    super('Too many images are waiting to be analysed.');
  }
}
