// Loaded with --import: looking up or connecting to another machine fails, and prints what was looked for.
import dns from 'node:dns';
import net from 'node:net';

const isLocal = (host) => host === undefined || host === 'localhost' || host === '::1' || /^127\./.test(host);

function refuse(host) {
  console.error(`No network: ${host}`);
  return new Error(`No network: ${host}`);
}

const { lookup } = dns;
dns.lookup = (host, ...rest) => {
  if (isLocal(host)) return lookup(host, ...rest);
  process.nextTick(rest.at(-1), refuse(host));
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [{ host }] = net._normalizeArgs(Array.isArray(args[0]) ? args[0] : args);
  if (net.isIP(host ?? '') && !isLocal(host)) throw refuse(host);
  return connect.apply(this, args);
};
