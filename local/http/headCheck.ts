import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer } from './httpData.ts';

/** What is known of a request before its body. */
export interface RequestHead {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

/** A response that needs no body, or how long the body may be and the response to a longer one. */
export type HeadDecision = { answer: HttpAnswer } | { bodyLimit: number; tooLarge: HttpAnswer };

/**
 * An app may export `checkRequestHead`, so that a request without a key, or with too long a body, is answered before its
 * body is read. Hosts that do not know it read the body first, within their own limit.
 */
export type CheckRequestHead = (head: RequestHead) => Promise<HeadDecision>;
