import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../support/network/certificate.ts';
import { startHttp } from '../support/network/http-server.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { startNginx } from '../support/proxy/nginx.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';

/** More than the connections that a browser opens to a host. */
const PAGES = 8;

it('nginx with HTTP/2 carries the long-polling of many pages over one connection, and Odoo beside them', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {});
  const odoo = await startHttp((_, response) => response.end('Odoo'));
  const certificate = await makeCertificate();
  const { url, stop } = await startNginx({
    odoo,
    sidecar: sidecar.url,
    certificate,
    change: (config) => config.replace(/(listen .* ssl);/, '$1 http2;'),
  });
  const browser = connect(url, { ca: certificate.pem });
  onTestFinished(async () => {
    browser.destroy();
    await sidecar.sidecar.stop();
    await stop();
  });
  const polls: Promise<string>[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const opening = await ask(browser, '/socket.io/?EIO=4&transport=polling');
    const { sid } = JSON.parse(opening.slice(1));
    polls.push(ask(browser, `/socket.io/?EIO=4&transport=polling&sid=${sid}`));
  }
  // All of them are still open.
  const first = await Promise.race([...polls, ask(browser, '/web')]);
  expect(first).toBe('Odoo');
});

async function ask(browser: ClientHttp2Session, path: string): Promise<string> {
  const request = browser.request({ ':path': path });
  const [headers] = await once(request, 'response');
  expect(headers[':status']).toBe(200);
  return await text(request);
}
