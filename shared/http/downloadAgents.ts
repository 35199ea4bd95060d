import type { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

export interface AgentOptions {
  /** Whether to connect to private addresses too. */
  allowPrivate: boolean;
  /** Resolves names. Default: that of the system. */
  lookup?: LookupFunction;
  /** Addresses to treat as public, for tests. */
  allowIPAddressList?: string[];
}

/** Azure's platform services, its metadata endpoint among them, have an address outside the private ranges. */
const denyIPAddressList = ['168.63.129.16'];

/**
 * HTTP agents that connect to public addresses only. They check every address that a name resolves to and connect to
 * the address that was checked, so DNS rebinding does not get past them.
 * They refuse all special-purpose ranges of IANA, among them loopback, private, link-local, shared and multicast ones, and
 * IPv6 ranges that carry IPv4 addresses (mapped, 6to4, NAT64, Teredo).
 */
export function createAgents({ allowPrivate, ...rest }: AgentOptions): { http: Agent; https: Agent } {
  const rules = allowPrivate
    ? { allowPrivateIPAddress: true, allowMetaIPAddress: true }
    : { denyIPAddressList };
  const options = { ...rules, ...rest };
  return { http: new RequestFilteringHttpAgent(options), https: new RequestFilteringHttpsAgent(options) };
}
