import { startApache } from '../support/proxy/apache.ts';
import { startNginx } from '../support/proxy/nginx.ts';
import type { ReverseProxy, ReverseProxyOptions } from '../support/proxy/reverse-proxy.ts';

/** Starts one of the proxies for which this repository has a configuration. */
export type StartProxy = (options: ReverseProxyOptions) => Promise<ReverseProxy>;

/** All of them, by name. */
export const PROXIES: readonly (readonly [string, StartProxy])[] = [
  ['nginx', startNginx],
  ['Apache', startApache],
];
