import { NOBODY, type RemedyConfig, SIDECAR } from './remedy-case.ts';

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
    route: `ProxyPass /socket.io/ http://${SIDECAR}/socket.io/ upgrade=websocket`,
    headers: 'LimitRequestFieldSize 65536',
  },
  cases: [
    { code: 'sockets_to_odoo', place: 'route', broken: '' },
    {
      code: 'sidecar_down',
      place: 'route',
      broken: `ProxyPass /socket.io/ http://${NOBODY}/socket.io/ upgrade=websocket`,
    },
    { code: 'no_upgrade', place: 'route', broken: `ProxyPass /socket.io/ http://${SIDECAR}/socket.io/` },
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
      broken: `ProxyPass /metrics http://${SIDECAR}/metrics`,
      isAdded: true,
    },
    {
      code: 'link_open',
      place: 'inner',
      broken: `ProxyPass /web_socketio/worker http://${SIDECAR}/web_socketio/worker upgrade=ANY`,
      isAdded: true,
    },
    {
      code: 'evented_missing',
      place: 'bus',
      broken: 'ProxyPass /websocket http://127.0.0.1:8069/websocket upgrade=websocket',
    },
  ],
};
