import type { Remedy } from './remedy.ts';
import { BUS, FORWARDED, HEADER_SIZE, INNER, ODOO, ROUTE } from './remedy-lines.ts';

/** What is found from outside. */
export const OUTSIDE_CODES = {
  not_looked: {
    why: 'What was not looked at may be broken.',
    mend: 'Mend what is named above, and run it again.',
  },
  sockets_first: {
    why: 'What was not looked at may be broken, too.',
    mend: 'Mend what is named above. Then run it again.',
  },
  name_unknown: {
    why: 'No browser finds the address either.',
    mend: 'Correct the address, or enter the name into the DNS.',
  },
  port_closed: {
    why: 'No browser gets further.',
    mend: 'Start the proxy, and let its port through the firewall.',
  },
  certificate_refused: {
    why: 'Browsers warn of such a page, and open no socket to it until the user has agreed.',
    mend: 'Give the proxy a certificate for this name, with those between it and the root.',
  },
  certificate_foreign: {
    why: 'Where a browser does not know who issued it either, it warns of the page, and opens no socket to it.',
    mend: "If it is your company's own authority, name its certificate in NODE_EXTRA_CA_CERTS and ask again. Else give the proxy the certificates between this one and the root.",
  },
  tls_failed: {
    why: 'No browser gets further.',
    mend: 'Look whether this port is for https at all, and whether the proxy has a certificate for this name.',
  },
  mixed_content: {
    why: 'A browser opens no socket without TLS from a page with TLS.',
    mend: 'Name an address with https in the system parameter web_socketio.url, or delete it and send /socket.io/ to the sidecar.',
    lines: ROUTE,
  },
  certificate_ends: {
    why: 'From then on browsers refuse the page and its sockets.',
    mend: 'Renew it, or look why it is not renewed by itself.',
  },
  sockets_to_odoo: {
    why: 'Pages never connect: Odoo knows nothing of Socket.IO.',
    mend: 'Send /socket.io/ to the sidecar. Where no proxy is wanted, name it in the system parameter web_socketio.url of Odoo.',
    lines: ROUTE,
  },
  sockets_unanswered: {
    why: 'Pages never connect.',
    mend: 'Send /socket.io/ to the sidecar.',
    lines: ROUTE,
  },
  sockets_elsewhere: {
    why: 'Pages never connect: what answers there is neither the sidecar nor Odoo with the addon web_socketio.',
    mend: 'Send /socket.io/ to the sidecar. A page that asks for a log-in is that of a network or a single sign-on before the proxy: let this path through.',
    lines: ROUTE,
  },
  sockets_redirected: {
    why: 'A socket follows no redirection.',
    mend: 'Ask at the address to which it leads, or send /socket.io/ to the sidecar instead.',
    lines: ROUTE,
  },
  sidecar_down: {
    why: 'Pages never connect.',
    mend: 'Start the sidecar, and correct its address in the proxy.',
    lines: ROUTE,
  },
  odoo_unanswered: { why: 'Users see nothing at all.', mend: 'Start Odoo, and send everything else to it.' },
  odoo_down: {
    why: 'Users see nothing at all, and models cannot be called.',
    mend: `Start Odoo, and correct its address in the proxy: ${ODOO} is the usual one.`,
  },
  addon_not_found: {
    why: 'Without the addon no page asks for a socket. Odoo does not find it either where it cannot tell which database is meant.',
    mend: 'Install web_socketio, and name the database with -d. Of several databases Odoo chooses one by its option dbfilter.',
  },
  origin_refused: {
    why: 'The sidecar serves pages of the origins that WEB_SOCKETIO_ORIGINS names, and of no others.',
    mend: 'Add this one to WEB_SOCKETIO_ORIGINS.',
  },
  no_upgrade: {
    why: 'Pages fall back to long-polling: slower, dearer, and six tabs of one browser at most without HTTP/2.',
    mend: 'Hand the upgrade on. In nginx, a location with a proxy_set_header of its own inherits none: repeat the others there.',
    lines: {
      nginx: [
        'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;',
        'proxy_set_header Connection "upgrade";',
      ],
      Apache: ROUTE.Apache,
      Caddy: ['# reverse_proxy hands it on by itself, unless header_up removes Connection or Upgrade'],
      HAProxy: ['# mode http hands it on by itself, unless http-request del-header removes Upgrade'],
      Traefik: ['# hands it on by itself, unless a middleware removes Connection or Upgrade'],
    },
  },
  no_polling: {
    why: 'Where a network lets no WebSocket through, pages never connect.',
    mend: 'Hand requests below /socket.io/ on with path and query unchanged.',
    lines: ROUTE,
  },
  buffered: {
    why: 'What the sidecar sends waits in the proxy.',
    mend: 'Turn its buffer and its compression off for /socket.io/.',
    lines: {
      nginx: ['proxy_buffering off;', 'gzip off;'],
      Apache: ['# holds nothing back by itself: look at what is in front of it'],
      Caddy: ['# in the reverse_proxy of the sidecar, in the place of buffer_responses', 'flush_interval -1'],
      HAProxy: ['# holds nothing back by itself, unless http-response wait-for-body does'],
      Traefik: ['# no middleware buffering or compress for the router of the sidecar'],
    },
  },
  time_out: {
    why: 'A page says nothing for 25 seconds, and has 20 to answer a ping: a proxy that cuts it off sooner makes it connect anew all the time.',
    mend: 'Let connections be silent for 90 seconds.',
    lines: {
      nginx: ['proxy_read_timeout 90s;', 'proxy_send_timeout 90s;'],
      Apache: ['# and no smaller timeout= in the ProxyPass of /socket.io/', 'ProxyTimeout 90'],
      Caddy: ['# waits without end by itself, unless read_timeout in the transport of reverse_proxy ends it'],
      HAProxy: ['timeout client 90s', 'timeout server 90s', 'timeout tunnel 90s'],
      Traefik: [
        '# and no forwardingTimeouts.responseHeaderTimeout below 90 s',
        'transport: { respondingTimeouts: { readTimeout: 0, idleTimeout: 180 } }',
      ],
    },
  },
  body_limited: {
    why: 'Uploads and large messages fail.',
    mend: "Allow 128 MB, which is Odoo's own limit.",
    lines: {
      nginx: ['client_max_body_size 128m;'],
      Apache: ['# has no limit for what it hands on: look for a rule with Content-Length, or mod_security'],
      Caddy: ['request_body {', '    max_size 128MB', '}'],
      HAProxy: ['# has no limit of its own: look for a rule with content-length or req.body_size'],
      Traefik: ['buffering: { maxRequestBodyBytes: 134217728 }'],
    },
  },
  forwarded_believed: {
    why: 'Whoever sends such a header chooses under which name Odoo answers: OpenERP 7.0 believes it always, and makes links of it.',
    mend: 'Have the proxy that browsers reach first replace these headers.',
    lines: FORWARDED,
  },
  forwarded_missing: {
    why: 'Odoo and the sidecar take the proxy for the browser: links are wrong, cookies are not secure, and the sidecar cannot ask the right database.',
    mend: 'Have the proxy set them.',
    lines: FORWARDED,
  },
  forwarded_wrong: {
    why: 'Odoo chooses the database by this name and makes its links of it, and the sidecar asks Odoo under it.',
    mend: 'Have the proxy say what the browser asked for. Where TLS ends before this proxy, set https there.',
    lines: FORWARDED,
  },
  proxy_mode_off: {
    why: 'Odoo ignores what the proxy says: its links lead to another address, and it logs the address of the proxy for everybody.',
    mend: "Set proxy_mode = True in Odoo's configuration, and restart Odoo.",
  },
  header_limited: {
    why: 'Browsers send the cookies of all programs of a host: a user who has many sees an error instead of a page.',
    mend: 'Allow 64 KB.',
    lines: HEADER_SIZE,
  },
  cookies_forwarded: {
    why: 'The sidecar reads none, and refuses more than 64 KB of headers: a page with many cookies would never connect.',
    mend: 'Do not hand them on to the sidecar.',
    lines: {
      nginx: [
        '# in the location of /socket.io/, and the other proxy_set_header lines there, too',
        "proxy_set_header Cookie '';",
      ],
      Apache: ['RequestHeader unset Cookie "expr=%{REQUEST_URI} =~ m#^/socket\\.?io/#"'],
      Caddy: ['# in the reverse_proxy of the sidecar', 'header_up -Cookie'],
      HAProxy: ['# in the backend of the sidecar', 'http-request del-header Cookie'],
      Traefik: [
        '# a middleware of the router, with one sidecar: it tells several apart by a cookie',
        'headers: { customRequestHeaders: { Cookie: "" } }',
      ],
    },
  },
  clock_skew: {
    why: 'Tokens end by the clock, and what one machine logs is looked for at another time on the other.',
    mend: 'Let all machines have their time from the network: timedatectl set-ntp true.',
  },
  not_sticky: {
    why: 'Each request that reaches another sidecar ends the connection of its page, which begins anew, for ever.',
    mend: 'Choose the sidecar by the parameter page.',
    lines: {
      nginx: ['upstream sidecar { hash $arg_page consistent; server a:8068; server b:8068; }'],
      Apache: [
        '# WEB_SOCKETIO_ROUTE=1 at one sidecar and route=1 at its BalancerMember, 2 at the other; then in <Proxy balancer://…>',
        'ProxySet stickysession=sid',
      ],
      Caddy: ['# from 2.7 on rather: lb_policy query page', 'lb_policy cookie sidecar'],
      HAProxy: ['balance url_param page', 'hash-type consistent'],
      Traefik: ['loadBalancer: { sticky: { cookie: { name: "sidecar" } } }'],
    },
  },
  inner_paths_open: {
    why: 'They tell everybody how many pages and databases there are, and what fails.',
    mend: 'Send /socket.io/ and /websocket to the sidecar, and no other path. Until then, refuse these.',
    lines: INNER,
  },
  link_open: {
    why: 'There a Python worker links to the sidecar, and acts for every user: only its secret keeps a stranger out.',
    mend: 'Send /socket.io/ and /websocket to the sidecar, and no other path. Until then, refuse this one.',
    lines: INNER,
  },
  bus_refused: {
    why: "Discuss and everything else that uses Odoo's own bus hears nothing.",
    mend: "Install web_socketio_bus, set WEB_SOCKETIO_EVENTED_URL of the sidecar, or send /websocket to Odoo's evented port. docs/errors.md has the code that the sidecar answers.",
  },
  evented_missing: {
    why: "An HTTP worker of Odoo answers 500, and nobody where no process serves the bus: Discuss and everything else that uses Odoo's own bus hears nothing.",
    mend: "Send /websocket to the sidecar, with web_socketio_bus, or to Odoo's evented port, which is there with workers only.",
    lines: {
      nginx: [
        '# and the proxy_set_header lines of Odoo in it',
        `location = /websocket { proxy_pass http://${BUS}; proxy_http_version 1.1;`,
        'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; }',
      ],
      Apache: [`ProxyPass /websocket http://${BUS}/websocket upgrade=websocket`],
      Caddy: [`reverse_proxy /websocket ${BUS}`],
      HAProxy: [
        '# the first line into the frontend',
        'use_backend bus if { path /websocket }',
        'backend bus',
        `    server bus ${BUS}`,
      ],
      Traefik: [
        '# of a router, and of its service',
        'rule: "Path(`/websocket`)"',
        `loadBalancer: { servers: [{ url: "http://${BUS}" }] }`,
      ],
    },
  },
  bus_not_upgraded: {
    why: "Discuss and everything else that uses Odoo's own bus hears nothing.",
    mend: 'Send /websocket to the sidecar, with web_socketio_bus, or to the evented port, and hand the upgrade on.',
  },
  no_http2: {
    why: 'Each page with long-polling holds one of the six connections that a browser opens over HTTP/1.1: from six tabs on all wait.',
    mend: 'Speak HTTP/2, or let WebSockets through.',
    lines: {
      nginx: ['listen 443 ssl http2;', 'from 1.25.1 on: http2 on;'],
      Apache: ['# a2enmod http2', 'Protocols h2 http/1.1'],
      Caddy: ['# speaks it by itself'],
      HAProxy: ['# at the end of the line bind … ssl crt …', 'alpn h2,http/1.1'],
      Traefik: ['# speaks it by itself, with TLS'],
    },
  },
} as const satisfies Record<string, Remedy>;
