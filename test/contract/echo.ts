import { expect, it } from 'vitest';
import { askHttp } from '../support/network/http-answer.ts';

/** What is asked: an Odoo with web_socketio, without `proxy_mode`. */
interface EchoServer {
  readonly url: string;
}

const PATHS = ['/web_socketio/echo', '/socket.io/echo'];

/** How Odoo tells what of a request reached it. */
export function echoContract(server: () => EchoServer): void {
  it.each(PATHS)('says at %s what of a request reached it', async (path) => {
    const { url } = server();
    const { host } = new URL(url);
    const headers = {
      ...{ 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': 'https', Cookie: 'session_id=none' },
    };
    const before = Date.now();
    const { status, text } = await askHttp(new URL(path, url), { headers });
    expect(status).toBe(200);
    const { now, ...told } = JSON.parse(text);
    expect(told).toEqual({
      ...{ server: 'odoo', series: expect.stringMatching(/^\d+\.\d+$/), host, address: url },
      ...{ forwardedHost: null, forwardedProto: 'https', forwardedFor: '192.0.2.1' },
      ...{ cookie: true, bytes: 0, remote: '127.0.0.1', sockets: null },
    });
    expect(Math.abs(now - before)).toBeLessThan(60_000);
  });

  it('counts the bytes of a body, and takes none for its own', async () => {
    const body = Buffer.alloc(2_000_000, 'b');
    const headers = { 'Content-Type': 'application/octet-stream' };
    const question = { method: 'POST', headers, body } as const;
    const { status, text } = await askHttp(new URL(PATHS[0] ?? '', server().url), question);
    expect(text).toMatch(/^\{/);
    expect([status, JSON.parse(text)]).toEqual([200, expect.objectContaining({ bytes: 2_000_000 })]);
  });

  it('sets no cookie', async () => {
    const { headers } = await askHttp(new URL(PATHS[0] ?? '', server().url));
    expect(headers['set-cookie']).toBe(undefined);
  });
}
