import type { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

export interface AgentOptions {
  /** Lifts the rule that addresses which are not public are refused. */
  allowPrivate: boolean;
  /** Default: the system's. */
  lookup?: LookupFunction;
  /** Addresses to take for public ones: a test has no others to listen on. */
  allowIPAddressList?: string[];
}

/** Azure's own platform services, metadata among them, answer at an address that looks public. */
const denyIPAddressList = ['168.63.129.16'];

/**
 * Agents that connect to public addresses alone. Each address that a name resolves to is judged, and it is the
 * judged one that is connected to: a name that changes its address in between gains nothing.
 * Refused are all ranges that IANA lists for special purposes, among them loopback, private, link-local, shared,
 * multicast, and IPv6 ranges that carry IPv4 addresses (mapped, 6to4, NAT64, Teredo).
 */
export function createAgents({ allowPrivate, ...given }: AgentOptions): { http: Agent; https: Agent } {
  const rules = allowPrivate
    ? { allowPrivateIPAddress: true, allowMetaIPAddress: true }
    : { denyIPAddressList };
  const options = { ...rules, ...given };
  return { http: new RequestFilteringHttpAgent(options), https: new RequestFilteringHttpsAgent(options) };
}
