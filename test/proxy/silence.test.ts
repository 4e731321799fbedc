import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askHttp } from '../support/network/http-answer.ts';
import { startHttp } from '../support/network/http-server.ts';
import { PROXIES } from './proxies.ts';

/**
 * A connection that lives is never silent for longer: Engine.IO's ping interval and timeout are 45 s together, and over
 * Odoo's bus a ping comes after 45 s, and its answer within 15.
 */
const LONGEST_SILENCE_S = 60;

const CONFIGS: Readonly<Record<string, { path: string; limit: RegExp; sockets: number; more: string }>> = {
  nginx: {
    path: 'docker/nginx/web_socketio.conf.template',
    limit: /(?<=proxy_(?:read|send)_timeout )(\d+)(?=s;)/g,
    sockets: 4,
    more: '',
  },
  Apache: {
    path: 'docker/apache/web_socketio.conf',
    limit: /(?<= timeout=)(\d+)\b/g,
    sockets: 4,
    // Of an open WebSocket the longer one counts: that of Apache itself, 300 s on Debian, or that of the sidecar.
    more: 'Timeout 1\n',
  },
};

describe.each(PROXIES)('%s', (name, startProxy) => {
  const { path = '', limit = /$^/, sockets = 0, more = '' } = CONFIGS[name] ?? {};

  it.each([
    ['polling', '/socket.io/?sid=x'],
    ['websocket', '/socket.io/?sid=x'],
    ["Odoo's bus", '/websocket'],
  ])('cuts a silent connection only after the limit of the configuration: %s', async (transport, url) => {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    const limits = [...text.matchAll(limit)].map(([seconds]) => Number(seconds));
    expect(limits.filter((seconds) => seconds > LONGEST_SILENCE_S)).toHaveLength(limits.length);
    expect(limits.filter((seconds) => seconds === 90)).toHaveLength(sockets);
    // The same with a second instead of the 90 shows that nothing else cuts it, and that these lines do.
    const mute = await startHttp(
      () => undefined,
      (http) =>
        http.on('upgrade', (_request, socket) => {
          socket.on('error', () => undefined).on('end', () => socket.end());
          socket.resume();
          onTestFinished(() => void socket.destroy());
          socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
          );
        }),
    );
    const change = (config: string) =>
      more + config.replaceAll(limit, (seconds) => (seconds === '90' ? '1' : seconds));
    const proxy = await startProxy({ odoo: mute, sidecar: mute, change });
    onTestFinished(() => proxy.stop());
    if (transport === 'polling') {
      expect(await askHttp(proxy.url + url)).toMatchObject({
        status: expect.toSatisfy((status) => status >= 502),
      });
      return;
    }
    const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(`GET ${url} HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const [data] = await once(socket, 'data');
    expect(String(data)).toMatch(/^HTTP\/1.1 101 /);
    socket.resume();
    await once(socket, 'close');
  });

  it('passes on what a sidecar sends at once, not only when it has ended', async () => {
    let open: ServerResponse | undefined;
    const slow = await startHttp((_request, response) => {
      open = response;
      response.write('first');
    });
    const proxy = await startProxy({ odoo: slow, sidecar: slow });
    onTestFinished(() => proxy.stop());
    const response = await fetch(`${proxy.url}/socket.io/?sid=x`);
    const reader = response.body?.getReader();
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toBe('first');
    // The first part travels with the headers: a proxy that collects shows it at the second one.
    open?.write('second');
    expect(await next()).toBe('second');
    open?.end('last');
    expect(await next()).toBe('last');
  });
});
