import type { FindingCode } from '../../sidecar/src/doctor/finding-codes.ts';

/** One thing that is wrong in a configuration, and where the doctor's lines belong that mend it. */
export interface RemedyCase {
  readonly code: FindingCode;
  /** The place in the configuration, such as `route`. Lines from `backend …` on go to the place `sections`. */
  readonly place: string;
  /** What stands there while it is wrong. */
  readonly broken: string;
  /** The lines come after what is wrong, and not instead of it. */
  readonly isAdded?: boolean;
  /** What stands in other places, before and after. */
  readonly also?: Readonly<Record<string, string>>;
}

/** How a configuration of one proxy is written, with places such as `[[route]]`, and what stands there unless a case says otherwise. */
export interface RemedyConfig {
  readonly text: string;
  readonly places: Readonly<Record<string, string>>;
  readonly cases: readonly RemedyCase[];
}

/** The servers are called as in the doctor's lines; the proxy listens on `LISTEN`. */
const S = '127.0.0.1:8068';
const NOBODY = '127.0.0.1:1';

export const NGINX: RemedyConfig = {
  text: `
map $http_x_forwarded_host $kept { default $http_x_forwarded_host; '' $http_host; }
[[upstream]]
server {
    listen LISTEN;
    [[inner]]
    [[body]]
    [[headers]]
    [[forwarded]]
    [[route]]
    [[bus]]
    location / { proxy_pass http://127.0.0.1:8069; }
}`,
  places: {
    upstream: `upstream sidecar { server ${S}; }`,
    headers: 'large_client_header_buffers 4 64k;',
    route: `location /socket.io/ {
        proxy_pass http://sidecar;
        [[forwarded]]
        [[upgrade]]
        [[cookies]]
        [[buffer]]
        [[silence]]
    }`,
  },
  cases: [
    { code: 'sockets_to_odoo', place: 'route', broken: '' },
    {
      code: 'sidecar_down',
      place: 'route',
      broken: `location /socket.io/ { proxy_pass http://${NOBODY}; }`,
    },
    { code: 'sockets_elsewhere', place: 'route', broken: 'location /socket.io/ { return 200 "Welcome"; }' },
    {
      code: 'sockets_redirected',
      place: 'route',
      broken: 'location /socket.io/ { return 302 https://elsewhere.example; }',
    },
    {
      code: 'no_polling',
      place: 'route',
      broken: `location /socket.io/echo { proxy_pass http://${S}; } location = /socket.io/ { return 404; }`,
    },
    { code: 'no_upgrade', place: 'upgrade', broken: '' },
    {
      code: 'buffered',
      place: 'buffer',
      broken: 'gzip on; gzip_types application/json; gzip_proxied any;',
    },
    { code: 'time_out', place: 'silence', broken: 'proxy_read_timeout 2s;' },
    { code: 'body_limited', place: 'body', broken: '' },
    { code: 'forwarded_missing', place: 'forwarded', broken: '' },
    {
      code: 'forwarded_wrong',
      place: 'forwarded',
      broken: `proxy_set_header Host $proxy_host; proxy_set_header X-Forwarded-Host $proxy_host;
        proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`,
    },
    {
      code: 'forwarded_believed',
      place: 'forwarded',
      broken: `proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Host $kept;
        proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`,
    },
    { code: 'header_limited', place: 'headers', broken: '' },
    { code: 'cookies_forwarded', place: 'cookies', broken: '' },
    {
      code: 'not_sticky',
      place: 'upstream',
      broken: 'upstream sidecar { server a:8068; server b:8068; }',
    },
    {
      code: 'inner_paths_open',
      place: 'inner',
      broken: 'location /metrics { proxy_pass http://sidecar; }',
      isAdded: true,
    },
    {
      code: 'link_open',
      place: 'inner',
      broken: `location /web_socketio/worker { proxy_pass http://sidecar; proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }`,
      isAdded: true,
    },
    {
      code: 'evented_missing',
      place: 'bus',
      broken: `location = /websocket { proxy_pass http://127.0.0.1:8069; proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; }`,
    },
  ],
};

export const APACHE: RemedyConfig = {
  text: `
<Proxy balancer://two>
    BalancerMember http://a:8068 route=1 upgrade=websocket
    BalancerMember http://b:8068 route=2 upgrade=websocket
    [[balancer]]
</Proxy>
<VirtualHost *:LISTEN>
    [[forwarded]]
    [[headers]]
    [[body]]
    [[cookies]]
    [[silence]]
    [[inner]]
    [[route]]
    [[bus]]
    ProxyPass / http://127.0.0.1:8069/
</VirtualHost>`,
  places: {
    route: `ProxyPass /socket.io/ http://${S}/socket.io/ upgrade=websocket`,
    headers: 'LimitRequestFieldSize 65536',
  },
  cases: [
    { code: 'sockets_to_odoo', place: 'route', broken: '' },
    {
      code: 'sidecar_down',
      place: 'route',
      broken: `ProxyPass /socket.io/ http://${NOBODY}/socket.io/ upgrade=websocket`,
    },
    { code: 'no_upgrade', place: 'route', broken: `ProxyPass /socket.io/ http://${S}/socket.io/` },
    // No `buffered`: neither mod_deflate nor mod_buffer held an answer of the sidecar back.
    { code: 'time_out', place: 'silence', broken: 'ProxyTimeout 2' },
    // Not LimitRequestBody: it is not for what Apache hands on.
    {
      code: 'body_limited',
      place: 'body',
      broken: `RewriteEngine On
    RewriteCond expr "%{HTTP:Content-Length} -gt 1048576"
    RewriteRule ^ - [R=413]`,
    },
    { code: 'forwarded_missing', place: 'forwarded', broken: 'ProxyPreserveHost On' },
    {
      code: 'forwarded_wrong',
      place: 'forwarded',
      broken: 'RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}',
    },
    {
      code: 'forwarded_believed',
      place: 'forwarded',
      broken: 'ProxyPreserveHost On\nRequestHeader setifempty X-Forwarded-Proto expr=%{REQUEST_SCHEME}',
    },
    { code: 'header_limited', place: 'headers', broken: '' },
    { code: 'cookies_forwarded', place: 'cookies', broken: '' },
    {
      code: 'not_sticky',
      place: 'balancer',
      broken: '',
      also: { route: 'ProxyPass /socket.io/ balancer://two/socket.io/' },
    },
    {
      code: 'inner_paths_open',
      place: 'inner',
      broken: `ProxyPass /metrics http://${S}/metrics`,
      isAdded: true,
    },
    {
      code: 'link_open',
      place: 'inner',
      broken: `ProxyPass /web_socketio/worker http://${S}/web_socketio/worker upgrade=ANY`,
      isAdded: true,
    },
    {
      code: 'evented_missing',
      place: 'bus',
      broken: 'ProxyPass /websocket http://127.0.0.1:8069/websocket upgrade=websocket',
    },
  ],
};

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
    servers: `server one ${S}`,
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
    servers: `to ${S}`,
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
      broken: `reverse_proxy /metrics ${S}`,
      isAdded: true,
    },
    {
      code: 'link_open',
      place: 'inner',
      broken: `reverse_proxy /web_socketio/worker ${S}`,
      isAdded: true,
    },
    { code: 'evented_missing', place: 'bus', broken: '' },
  ],
};
