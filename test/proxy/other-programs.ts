import { type ProxyProgram, put } from '../support/proxy/other-proxy.ts';

/** The host and port of a URL. */
const at = (url: string) => new URL(url).host;
const portOf = (url: string) => new URL(url).port;

/** Puts the servers of a test in place of those of an administrator. */
const serve = (block: string, { odoo, sidecar }: { odoo: string; sidecar: string }) =>
  put(put(block, '127.0.0.1:8069', at(odoo)), '127.0.0.1:8068', at(sidecar));

const haproxy: ProxyProgram = {
  command: 'haproxy',
  language: 'haproxy',
  ready: /Loading success/,
  fill: (block, { port, certificate, ...where }) => {
    const listen = certificate === undefined ? '' : ` ssl crt ${where.folder}/web.pem`;
    return put(serve(block, where), 'bind :80\n', `bind 127.0.0.1:${port}${listen}\n`);
  },
  // With a master: only that one says when it is there.
  args: (configFile) => ['-W', '-db', '-f', configFile],
};

const caddy: ProxyProgram = {
  command: 'caddy',
  language: 'caddy',
  ready: /serving initial configuration/,
  fill: (block, { port, certificate, ...where }) => {
    const scheme = certificate === undefined ? 'http' : 'https';
    const tls = certificate === undefined ? '' : `\ttls ${certificate.file} ${certificate.keyFile}\n`;
    const site = `${scheme}://127.0.0.1:${port} {\n${tls}`;
    return `{\n\tadmin off\n\tauto_https off\n\tgrace_period 1s\n}\n${put(serve(block, where), 'erp.example.com {\n', site)}`;
  },
  args: (configFile) => ['run', '--adapter', 'caddyfile', '--config', configFile],
};

const lighttpd: ProxyProgram = {
  command: 'lighttpd',
  language: 'lighttpd',
  ready: /server started/,
  fill: (block, { port, certificate, odoo, sidecar, folder }) => {
    const tls =
      certificate === undefined
        ? ''
        : `server.modules += ("mod_openssl")
ssl.engine = "enable"
ssl.pemfile = "${certificate.file}"
ssl.privkey = "${certificate.keyFile}"
`;
    const filled = put(
      put(block, '"port" => 8069', `"port" => ${portOf(odoo)}`),
      '"port" => 8068',
      `"port" => ${portOf(sidecar)}`,
    );
    return `server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
${filled}${tls}`;
  },
  args: (configFile, { root }) => ['-D', '-f', configFile, '-m', `${root}/usr/lib/lighttpd`],
};

const varnish: ProxyProgram = {
  command: 'varnishd',
  language: 'vcl',
  ready: /said Child starts/,
  fill: (block, { odoo, sidecar }) =>
    put(
      put(block, '.port = "8069"', `.port = "${portOf(odoo)}"`),
      '.port = "8068"',
      `.port = "${portOf(sidecar)}"`,
    ),
  args: (configFile, { port, folder }) => [
    ...['-F', '-j', 'none', '-n', `${folder}/varnish`, '-f', configFile, '-a', `127.0.0.1:${port}`],
    ...['-s', 'malloc,16m', '-T', 'none', ...VARNISH_PARAMETERS],
  ],
};
/** As docs/operations.md gives them. */
const VARNISH_PARAMETERS = [
  ...['-p', 'pipe_timeout=90', '-p', 'http_req_hdr_len=64k', '-p', 'http_req_size=128k'],
  ...['-p', 'workspace_client=256k', '-p', 'workspace_backend=256k'],
];

/** It adds TLS, and nothing else. */
export const stunnel: ProxyProgram = {
  command: 'stunnel4',
  language: 'stunnel',
  ready: /Configuration successful/,
  fill: (block, { port, certificate, sidecar }) => {
    if (certificate === undefined) throw new Error('stunnel does nothing without a certificate');
    const here = put(
      put(block, 'accept = 443', `accept = 127.0.0.1:${port}`),
      'connect = 127.0.0.1:80',
      `connect = ${at(sidecar)}`,
    );
    const files = put(here, '/etc/ssl/certs/erp.example.com.pem', certificate.file);
    return `foreground = yes\npid =\nsyslog = no\n${put(files, '/etc/ssl/private/erp.example.com.key', certificate.keyFile)}`;
  },
  args: (configFile) => [configFile],
};

/** Of a company, between its browsers and everything outside. */
export const squid: ProxyProgram = {
  command: 'squid',
  language: 'squid',
  ready: /Accepting HTTP Socket connections/,
  fill: (block, { port, folder, root, sidecar }) =>
    `${put(block, '8443', portOf(sidecar))}
http_port 127.0.0.1:${port}
http_access deny CONNECT !SSL_ports
http_access allow localhost
http_access deny all
pid_filename none
cache_log stdio:/dev/stderr
access_log none
cache deny all
coredump_dir ${folder}
pinger_enable off
netdb_filename none
shutdown_lifetime 0 seconds
unlinkd_program ${root}/usr/lib/squid/unlinkd
mime_table ${root}/usr/share/squid/mime.conf
icon_directory ${root}/usr/share/squid/icons
error_directory ${root}/usr/share/squid-langpack/en
`,
  args: (configFile) => ['-N', '-f', configFile, '-d', '1'],
};

/** In front of Odoo and the sidecar. */
export const REVERSE = [
  ['HAProxy', haproxy],
  ['Caddy', caddy],
  ['lighttpd', lighttpd],
  ['Varnish', varnish],
] as const;
