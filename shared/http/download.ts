import { type Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { downloadFailed, FaceError, invalidUrl } from '../errors.ts';
import { type AgentOptions, createAgents } from './downloadAgents.ts';
import { readBounded } from './readBounded.ts';

export type Download = (url: string) => Promise<Uint8Array>;

export interface DownloadOptions extends AgentOptions {
  /** In bytes. */
  limit: number;
  /** For name resolution, redirects and the body together. */
  timeoutMs?: number;
}

const maxRedirects = 5;

/**
 * Makes the function that downloads an image by its URL: http or https, without credentials, at most five redirects.
 * That throws FaceError 400 InvalidURL, whose reasons have the words of Azure's.
 */
export function createDownload({ limit, timeoutMs = 10_000, ...options }: DownloadOptions): Download {
  const agents = createAgents(options);
  return async (address) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await follow(parse(address), agents, signal, maxRedirects);
      if (Number(response.headers['content-length']) > limit) response.destroy(tooBig());
      return await readBounded(response, limit, tooBig);
    } catch (error) {
      if (error instanceof FaceError) throw error;
      throw downloadFailed(signal.aborted ? 'The operation has timed out.' : reasonOf(error));
    }
  };
}

async function follow(
  url: URL,
  agents: { http: Agent; https: Agent },
  signal: AbortSignal,
  redirects: number,
): Promise<IncomingMessage> {
  const response = await request(url, agents, signal);
  const { statusCode = 0, statusMessage = '', headers } = response;
  if (statusCode >= 200 && statusCode < 300) return response;
  response.destroy();
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined)
    throw downloadFailed(`Response status code does not indicate success: ${statusCode} (${statusMessage}).`);
  if (redirects === 0) throw downloadFailed('Too many automatic redirections were attempted.');
  return await follow(parse(headers.location, url), agents, signal, redirects - 1);
}

function request(
  url: URL,
  agents: { http: Agent; https: Agent },
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const headers = { accept: 'image/*, */*;q=0.5', 'user-agent': 'Visage' };
  return new Promise((resolve, reject) => {
    const options = { agent: secure ? agents.https : agents.http, headers, signal };
    (secure ? httpsGet : httpGet)(url, options, resolve).on('error', reject);
  });
}

function parse(address: string, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw invalidUrl();
  return url;
}

const tooBig = () =>
  downloadFailed('Image size is too big. The valid image file size should be no larger than 6MB.');

function reasonOf(error: unknown): string {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  if (/^(ENOTFOUND|EAI_)/.test(code)) return 'Name or service not known';
  if (/ is not allowed\. /.test(message)) return 'Access to a private address is not allowed.';
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code))
    return 'The SSL connection could not be established, see inner exception.';
  return 'An error occurred while sending the request.';
}
