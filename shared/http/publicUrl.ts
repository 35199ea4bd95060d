import type { AppContext } from './appContext.ts';

/**
 * The URL by which the client called. Behind a proxy that ends TLS, what it forwards counts (RFC 7239 `Forwarded`, or
 * `X-Forwarded-Proto`, `-Host`, `-Prefix`), where it is trusted to set them. Without query, slashes single.
 */
export function publicUrl(c: AppContext, trustProxy: boolean): URL {
  const url = new URL(c.req.url);
  url.search = '';
  url.pathname = url.pathname.replace(/\/{2,}/g, '/');
  if (!trustProxy) return url;
  const forwarded = /^[^,]*/.exec(c.req.header('forwarded') ?? '')![0];
  const of = (name: string) => new RegExp(`(?:^|;)\\s*${name}="?([^";]+)"?`, 'i').exec(forwarded)?.[1];
  const first = (header: string) => c.req.header(header)?.split(',')[0]?.trim();
  const proto = of('proto') ?? first('x-forwarded-proto');
  const host = of('host') ?? first('x-forwarded-host');
  const prefix = first('x-forwarded-prefix');
  if (host && URL.canParse(`https://${host}`)) {
    url.port = '';
    url.host = host;
  }
  if (proto === 'https' || proto === 'http') url.protocol = proto;
  if (prefix && /^(?:\/[\w.~-]+)+\/?$/.test(prefix)) url.pathname = prefix.replace(/\/$/, '') + url.pathname;
  return url;
}
