/** More images are asked for than can be analysed in good time. */
export class Overloaded extends Error {
  /** When it is worth asking again, in whole seconds. */
  constructor(readonly retryAfterSeconds: number) {
    super('Too many images are waiting to be analysed.');
  }
}
