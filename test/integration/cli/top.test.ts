import { expect, it } from 'vitest';
import { Readings } from '../../../sidecar/src/top/readings.ts';
import { readSamples, type Sample } from '../../../sidecar/src/top/samples.ts';
import { view } from '../../../sidecar/src/top/view.ts';
import { startHttp } from '../../support/network/http-server.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { freePort } from '../../support/process/free-port.ts';
import { run, runSidecar } from '../../support/process/run.ts';
import { Terminal, type TerminalSize } from '../../support/process/terminal.ts';
import { MAIN, serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/echo', class extends OpenERPNameSpace {
  on_echo(value) { return value; }
  on_slow() { return new Promise((resolve) => setTimeout(() => resolve('done'), 300)); }
});
`;

const USUAL: TerminalSize = { columns: 80, rows: 24 };
const SIZES: TerminalSize[] = [USUAL, { columns: 120, rows: 40 }, { columns: 50, rows: 16 }];

/** A terminal that shows a sidecar. */
function open(url: string, size = USUAL, interval = '0.5'): Terminal {
  return new Terminal([process.execPath, MAIN, 'top', url, '--interval', interval], size);
}

/** A sidecar with a page that sends events, one handler that is slow, and a page that was refused. */
async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: MODULE });
  const { name: db } = database;
  const socket = await sidecar.connect('/echo', db, await database.addToken({ uid: 7 }));
  expect(await sidecar.refusal('/echo', { db, token: 'wsio_secret' })).toMatchObject({
    code: 'token_unknown',
  });
  expect(await socket.emitWithAck('slow')).toBe('done');
  const timer = setInterval(() => socket.emit('echo', 1), 20);
  socket.on('disconnect', () => clearInterval(timer));
  return { db, sidecar };
}

it.each(SIZES)('shows a sidecar in a terminal of $columns × $rows, and gives it back at q', async (size) => {
  const { db, sidecar } = await start();
  const terminal = open(sidecar.url, size);
  const row = (text: string) => terminal.frame.find((line) => line.includes(text)) ?? '';
  await expect.poll(() => row('/echo echo')).toMatch(/ms .* \d\d/);
  expect(row('/echo slow')).toMatch(/ (?:[3-9]\d\d ms|[\d.]+ s) /);
  expect(row('connected')).toMatch(new RegExp(`^${db.slice(0, 12)}.* connected +1`));
  expect(row('token_unknown')).toMatch(/^\d+ m?s +token_unknown +1/);
  expect(terminal.frame[0]).toMatch(/^web_socketio 0 at http:\/\/127/);
  expect(terminal.frame).toHaveLength(size.rows);
  expect(terminal.frame.at(-1)).toMatch(/^q quit /);
  for (const line of terminal.frame) expect(line.length).toBeLessThanOrEqual(size.columns);
  terminal.type('s');
  await expect.poll(() => terminal.frame.at(-1)).toContain('by runs');
  const rows = terminal.frame.filter((line) => /^\/echo (echo|slow)/.test(line));
  expect(rows.map((line) => line.slice(0, 10))).toEqual(['/echo echo', '/echo slow']);
  expect(terminal.text).not.toContain('wsio_secret');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  // The screen of before, and its cursor.
  expect(terminal.text.trimEnd().endsWith('\u001B[?25h\u001B[?1049l')).toBe(true);
});

it('fits itself at once to a terminal that becomes smaller', async () => {
  const { sidecar } = await start();
  // By itself it would show the next picture in an hour.
  const terminal = open(sidecar.url, { columns: 120, rows: 40 }, '3600');
  await expect.poll(() => terminal.frame.length).toBe(40);
  await terminal.resize({ columns: 60, rows: 18 });
  await expect.poll(() => terminal.frame.length).toBe(18);
  for (const line of terminal.frame) expect(line.length).toBeLessThanOrEqual(60);
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(0);
});

it('says that its sidecar has gone, and goes on when it is back', async () => {
  const database = await TestDatabase.create();
  const port = await freePort();
  const sidecar = new SidecarProcess({
    ...{ databases: [database.name], port, env: serverVariables(database.server) },
  });
  await sidecar.start();
  const terminal = open(sidecar.url);
  await expect.poll(() => terminal.frame.join('\n')).toContain(' connected ');
  await sidecar.stop();
  await expect
    .poll(() => terminal.frame[2])
    .toMatch(/^Gone for \d+ s, and asked again: Nobody answers at http:\/\/127\.0\.0\.1:\d+: ECONN/);
  // What was seen last stays.
  expect(terminal.frame.join('\n')).toContain(' connected ');
  await sidecar.start();
  await expect.poll(() => terminal.frame[2]).toBe('No page is connected: run web_socketio doctor <site>');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  await sidecar.stop();
});

it('writes a block of lines each time where there is no terminal, and ends with who reads it', async () => {
  const { db, sidecar } = await start();
  const top = runSidecar(['top', sidecar.url, '--interval', '0.5']);
  await top.waitForLine(/^\/echo echo .* \d\d /);
  await expect
    .poll(() => top.lines.filter((line) => line.startsWith('web_socketio 0 at')).length)
    .toBeGreaterThan(2);
  expect(top.log).not.toContain('\u001B');
  expect(top.log).toContain(`${db}  connected `);
  await top.stop();
  expect(await top.ended).toEqual([0, null]);
  const head = run('sh', [
    '-c',
    `"$0" "$1" top ${sidecar.url} --interval 0.5 | head -n 3`,
    process.execPath,
    MAIN,
  ]);
  expect(await head.ended).toEqual([0, null]);
  expect(head.lines).toHaveLength(3);
});

it('writes one block with rates and ends, if it is asked for once', async () => {
  const { db, sidecar } = await start();
  const top = runSidecar(['top', sidecar.url, '--interval', '0.5', '--once']);
  expect(await top.ended).toEqual([0, null]);
  expect(top.lines.filter((line) => line.startsWith('web_socketio 0 at'))).toHaveLength(1);
  expect(top.log).toContain(`${db}  connected `);
  expect(top.lines).toContainEqual(expect.stringMatching(/^\/echo echo .* \d\d /));
  expect(top.log).not.toContain('\u001B');
});

it('ends with code 1 and a sentence where there is no sidecar', async () => {
  const port = await freePort();
  const nobody = runSidecar(['top'], { WEB_SOCKETIO_PORT: `${port}` });
  expect(await nobody.ended).toEqual([1, null]);
  expect(nobody.lines).toEqual([
    expect.stringContaining(
      `ERROR ? web_socketio: sidecar_unreachable: Nobody answers at http://127.0.0.1:${port}: ECONNREFUSED. Start the sidecar,`,
    ),
  ]);
  const other = await startHttp((_request, response) => response.writeHead(404).end('Not found'));
  const stranger = runSidecar(['top', other]);
  expect(await stranger.ended).toEqual([1, null]);
  expect(stranger.lines).toEqual([
    expect.stringMatching(/sidecar_unreachable: What answers at http:\S+ is no sidecar .* answered 404\./),
  ]);
});

it.each([
  [['top', 'erp.example.com'], '"erp.example.com" is not the address of a sidecar'],
  [['top', '--interval', 'often'], 'Invalid interval "often"'],
  [['top', '--interval', '0'], 'Invalid interval "0"'],
])('refuses %j', async (args, message) => {
  const { ended, lines } = runSidecar(args);
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual([expect.stringContaining(`option_invalid: ${message}`)]);
});

it('shows nothing that a sidecar does not tell', async () => {
  const { sidecar } = await start();
  const text = await (await fetch(`${sidecar.url}/metrics`)).text();
  const asked = new Set<string>();
  class Samples extends Map<string, readonly Sample[]> {
    override get(name: string): readonly Sample[] | undefined {
      asked.add(name);
      return super.get(name);
    }
  }
  const readings = new Readings(1_000);
  readings.add({ at: 0, date: new Date(), samples: new Samples(readSamples(text)), refused: null });
  view(readings, 'time');
  expect(asked.size).toBeGreaterThan(25);
  // What queues hold has no samples where there are none; the text describes each metric in any case.
  const describes = (name: string) => text.includes(`# HELP ${name.replace(/_(bucket|sum|count)$/, '')} `);
  expect([...asked].filter((name) => !describes(name))).toEqual([]);
});
