import { startApache } from '../support/apache.ts';
import { startNginx } from '../support/nginx.ts';
import type { ReverseProxy, ReverseProxyOptions } from '../support/reverse-proxy.ts';

/** Starts one of the proxies for which this repository has a configuration. */
export type StartProxy = (options: ReverseProxyOptions) => Promise<ReverseProxy>;

/** All of them, by name. */
export const PROXIES: readonly (readonly [string, StartProxy])[] = [
  ['nginx', startNginx],
  ['Apache', startApache],
];
