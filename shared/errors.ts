/** An error of the Face API contract. It is thrown where it is known and becomes JSON in shared/http alone. */
export class FaceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'FaceError';
  }
}

export const badArgument = (message: string) => new FaceError(400, 'BadArgument', message);
export const invalidImage = (message: string) => new FaceError(400, 'InvalidImage', message);
/** detail: a sentence that says more of the image. */
export const undecodableImage = (detail?: string) =>
  invalidImage(withDetail('Decoding error, image format unsupported.', detail));
export const imageTooSmall = () => new FaceError(400, 'InvalidImageSize', 'Image size is too small.');
export const imageTooBig = (detail?: string) =>
  new FaceError(400, 'InvalidImageSize', withDetail('Image size is too big.', detail));
export const invalidUrl = (reason?: string) =>
  new FaceError(
    400,
    'InvalidURL',
    reason === undefined
      ? 'Invalid image URL.'
      : `Invalid image URL or error downloading from target server. Remote server error returned: "${reason}"`,
  );
export const timedOut = () => new FaceError(408, 'OperationTimeOut', 'Request Timeout.');
export const rateLimited = (seconds: number) =>
  new FaceError(429, '429', `Rate limit is exceeded. Try again in ${seconds} seconds.`, {
    'Retry-After': String(seconds),
  });

const withDetail = (message: string, detail?: string) => (detail ? `${message} ${detail}` : message);
