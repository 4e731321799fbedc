import { expect, it } from 'vitest';
import { addBus } from '../../support/bus/bus-database.ts';
import { startHttp } from '../../support/network/http-server.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { freePort } from '../../support/process/free-port.ts';
import { runSidecar } from '../../support/process/run.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';

it("says where each database's bus is served, and whether Odoo's evented worker answers", async () => {
  const served = await TestDatabase.create();
  await addBus(served);
  const other = await TestDatabase.create();
  const odoo = await startHttp((_, response) => void response.end('{"states": []}'));
  const check = async (evented: Readonly<Record<string, string>>, databases = [served, other]) => {
    const names = databases.map(({ name }) => name).join(',');
    const { lines, ended } = runSidecar(['-d', names, '-p', '0', '--check-config'], {
      ...serverVariables(served.server),
      ...{ WEB_SOCKETIO_ODOO_URL: odoo, ...evented },
    });
    const [code] = await ended;
    return { code, report: lines.map((line) => line.trim().replace(/ {2,}/g, ' | ')) };
  };
  const none = await check({});
  expect(none.report).toContain(`${served.name} | served, with web_socketio_bus`);
  expect(none.report).toContain(`${other.name} | not served, without web_socketio_bus`);
  expect(none.report.filter((line) => line.startsWith('evented worker'))).toEqual([]);
  const hint =
    'a problem from Odoo 16.0 on, if the proxy sends /websocket here: it is answered 503, and Discuss hears nothing.';
  expect(none.report).not.toContain(hint);
  expect(none.code).toBe(0);
  const without = await check({}, [other]);
  expect(without.report).toContain(hint);
  expect(without.code).toBe(0);
  const there = await check({ WEB_SOCKETIO_EVENTED_URL: odoo });
  expect(there.report).toContain(`${other.name} | passed on to ${odoo}`);
  expect(there.report).toContain(`evented worker | ${odoo} | answers`);
  expect(there.code).toBe(0);
  const url = `http://127.0.0.1:${await freePort()}`;
  const away = await check({ WEB_SOCKETIO_EVENTED_URL: url });
  expect(away.report).toContain(`evented worker | ${url} | does not answer`);
  expect(away.report.join(' ')).toContain("evented_unreachable: Odoo's evented worker took no connection: ");
  expect(away.code).toBe(1);
});
