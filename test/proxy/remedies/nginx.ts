import { NOBODY, type RemedyConfig, SIDECAR } from './remedy-case.ts';

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
    upstream: `upstream sidecar { server ${SIDECAR}; }`,
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
      broken: `location /socket.io/echo { proxy_pass http://${SIDECAR}; } location = /socket.io/ { return 404; }`,
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
