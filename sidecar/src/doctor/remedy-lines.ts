import { DEFAULT_SIDECAR as SIDECAR } from './remedy.ts';

/** Lines for proxies that several remedies have. */

export const ODOO = '127.0.0.1:8069';
export const BUS = '127.0.0.1:8072';

export const ROUTE = {
  // A location with a proxy_set_header of its own inherits none: all of them are there.
  nginx: [
    `location ~ ^/socket\\.?io/ { proxy_pass http://${SIDECAR}; proxy_http_version 1.1;`,
    '    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
    '    proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Host $http_host;',
    '    proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    "    proxy_set_header Cookie ''; proxy_buffering off; proxy_read_timeout 90s; proxy_send_timeout 90s; }",
  ],
  Apache: [
    '# before the ProxyPass of /; a2enmod proxy_wstunnel',
    `ProxyPass /socket.io/ http://${SIDECAR}/socket.io/ upgrade=websocket`,
    `ProxyPass /socketio/ http://${SIDECAR}/socketio/ upgrade=websocket`,
  ],
  Caddy: ['@sockets path /socket.io/* /socketio/*', 'handle @sockets {', `    reverse_proxy ${SIDECAR}`, '}'],
  HAProxy: [
    '# the first line into the frontend',
    'use_backend sidecar if { path_beg /socket.io/ /socketio/ }',
    'backend sidecar',
    `    server sidecar ${SIDECAR}`,
  ],
  Traefik: [
    '# of a router, and of its service',
    'rule: "PathPrefix(`/socket.io/`) || PathPrefix(`/socketio/`)"',
    `loadBalancer: { servers: [{ url: "http://${SIDECAR}" }] }`,
  ],
} as const;
export const FORWARDED = {
  nginx: [
    'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Host $http_host;',
    'proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  ],
  Apache: [
    'ProxyPreserveHost On',
    'RequestHeader unset X-Forwarded-Host',
    'RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}',
  ],
  Caddy: [
    '# in each reverse_proxy; it sets the others by itself, unless trusted_proxies or header_up says otherwise',
    'header_up Host {http.request.hostport}',
  ],
  HAProxy: [
    '# in the frontend',
    'option forwardfor',
    'http-request set-header X-Forwarded-Host %[req.hdr(Host)]',
    'http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]',
  ],
  Traefik: ['# without forwardedHeaders.insecure it sets them by itself', 'passHostHeader: true'],
} as const;
export const HEADER_SIZE = {
  nginx: ['large_client_header_buffers 4 64k;'],
  Apache: ['# in the virtual host that is first for this address', 'LimitRequestFieldSize 65536'],
  Caddy: ['# in the global options', 'servers {', '    max_header_size 128KiB', '}'],
  HAProxy: ['# in the section global', 'tune.bufsize 131072'],
  Traefik: ['entryPoints: { web: { http: { maxHeaderBytes: 131072 } } }'],
} as const;
/** The paths of the sidecar that nobody outside needs. */
export const INNER = {
  nginx: ['location ~ ^/(metrics|refusals|healthz|readyz|web_socketio/worker)$ { return 404; }'],
  Apache: [
    '<LocationMatch "^/(metrics|refusals|healthz|readyz|web_socketio/worker)$">',
    '    Require all denied',
    '</LocationMatch>',
  ],
  Caddy: [
    '@inner path /metrics /refusals /healthz /readyz /web_socketio/worker',
    'handle @inner {',
    '    respond 404',
    '}',
  ],
  HAProxy: [
    '# in the frontend',
    'http-request deny deny_status 404 if { path /metrics /refusals /healthz /readyz /web_socketio/worker }',
  ],
  Traefik: ROUTE.Traefik,
} as const;
