import { NOBODY, type RemedyConfig, SIDECAR } from './remedy-case.ts';

export const HAPROXY: RemedyConfig = {
  text: `
global
    [[headers]]
defaults
    mode http
    timeout connect 5s
    [[silence]]
frontend web
    bind 127.0.0.1:LISTEN
    [[inner]]
    [[body]]
    [[forwarded]]
    [[bus]]
    [[route]]
    default_backend odoo
backend odoo
    server odoo 127.0.0.1:8069
[[sections]]
`,
  places: {
    headers: 'tune.bufsize 131072',
    silence: 'timeout client 90s\n    timeout server 90s',
    route: 'use_backend sidecar if { path_beg /socket.io/ /socketio/ }',
    sections: `backend sidecar
    [[upgrade]]
    [[cookies]]
    [[buffer]]
    [[balance]]
    [[servers]]
`,
    servers: `server one ${SIDECAR}`,
  },
  cases: [
    { code: 'sockets_to_odoo', place: 'route', broken: '' },
    {
      code: 'sidecar_down',
      place: 'route',
      broken: `use_backend sidecar if { path_beg /socket.io/ }\nbackend sidecar\n    server one ${NOBODY}`,
    },
    { code: 'no_upgrade', place: 'upgrade', broken: 'http-request del-header Upgrade' },
    {
      code: 'buffered',
      place: 'buffer',
      broken: 'http-response wait-for-body time 10s',
    },
    {
      code: 'time_out',
      place: 'silence',
      broken: 'timeout client 2s\n    timeout server 2s\n    timeout tunnel 2s',
    },
    {
      code: 'body_limited',
      place: 'body',
      broken: 'http-request deny deny_status 413 if { req.hdr_val(content-length) gt 1048576 }',
    },
    { code: 'forwarded_missing', place: 'forwarded', broken: '' },
    {
      code: 'forwarded_wrong',
      place: 'forwarded',
      broken:
        'option forwardfor\n    http-request set-header X-Forwarded-Host inner.example\n    http-request set-header X-Forwarded-Proto https',
    },
    {
      code: 'forwarded_believed',
      place: 'forwarded',
      broken: `option forwardfor
    http-request set-header X-Forwarded-Host %[req.hdr(Host)] unless { req.hdr(X-Forwarded-Host) -m found }
    http-request set-header X-Forwarded-Proto http unless { req.hdr(X-Forwarded-Proto) -m found }`,
    },
    { code: 'header_limited', place: 'headers', broken: '' },
    { code: 'cookies_forwarded', place: 'cookies', broken: '' },
    {
      code: 'not_sticky',
      place: 'balance',
      broken: 'balance roundrobin',
      also: { servers: 'server one a:8068\n    server two b:8068' },
    },
    {
      code: 'inner_paths_open',
      place: 'inner',
      broken: 'use_backend sidecar if { path /metrics }',
      isAdded: true,
    },
    {
      code: 'link_open',
      place: 'inner',
      broken: 'use_backend sidecar if { path /web_socketio/worker }',
      isAdded: true,
    },
    { code: 'evented_missing', place: 'bus', broken: '' },
  ],
};
