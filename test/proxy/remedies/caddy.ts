import { NOBODY, type RemedyConfig, SIDECAR } from './remedy-case.ts';

export const CADDY: RemedyConfig = {
  text: `
{
    admin off
    auto_https off
    grace_period 1s
    [[headers]]
}
http://127.0.0.1:LISTEN {
    [[inner]]
    [[body]]
    [[bus]]
    [[route]]
    reverse_proxy 127.0.0.1:8069 {
        [[forwarded]]
    }
}
`,
  places: {
    route: `handle /socket.io/* {
        reverse_proxy {
            [[servers]]
            [[forwarded]]
            [[upgrade]]
            [[cookies]]
            [[buffer]]
            [[silence]]
            [[policy]]
        }
    }`,
    servers: `to ${SIDECAR}`,
  },
  cases: [
    { code: 'sockets_to_odoo', place: 'route', broken: '' },
    {
      code: 'sidecar_down',
      place: 'route',
      broken: `handle /socket.io/* {\n        reverse_proxy ${NOBODY}\n    }`,
    },
    { code: 'no_upgrade', place: 'upgrade', broken: 'header_up -Upgrade' },
    { code: 'buffered', place: 'buffer', broken: 'buffer_responses' },
    {
      code: 'time_out',
      place: 'silence',
      broken: 'transport http {\n                read_timeout 2s\n            }',
    },
    {
      code: 'body_limited',
      place: 'body',
      broken: 'request_body {\n        max_size 1MB\n    }',
    },
    { code: 'forwarded_missing', place: 'forwarded', broken: 'header_up -X-Forwarded-Proto' },
    {
      code: 'forwarded_wrong',
      place: 'forwarded',
      broken: 'header_up Host {http.reverse_proxy.upstream.hostport}',
    },
    { code: 'forwarded_believed', place: 'forwarded', broken: 'trusted_proxies 127.0.0.1/32' },
    {
      code: 'header_limited',
      place: 'headers',
      broken: 'servers {\n        max_header_size 8KiB\n    }',
    },
    { code: 'cookies_forwarded', place: 'cookies', broken: '' },
    {
      code: 'not_sticky',
      place: 'policy',
      broken: 'lb_policy round_robin',
      also: { servers: 'to a:8068 b:8068' },
    },
    {
      code: 'inner_paths_open',
      place: 'inner',
      broken: `reverse_proxy /metrics ${SIDECAR}`,
      isAdded: true,
    },
    {
      code: 'link_open',
      place: 'inner',
      broken: `reverse_proxy /web_socketio/worker ${SIDECAR}`,
      isAdded: true,
    },
    { code: 'evented_missing', place: 'bus', broken: '' },
  ],
};
