import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CertificateAuthority } from '../../support/network/certificate-authority.ts';
import { createDatabase } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { runSidecar } from '../../support/process/run.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { makeAddons } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Work extends AbstractAdapter { static channel = 'work'; }
SocketIO.addAdapter(Work);
class Base extends OpenERPNameSpace { on_ping() {} on_session_id() { return super.on_session_id(); } }
SocketIO.addNamespace('/mine', class extends Base { on_my_event() {} helper() {} });
SocketIO.addNamespace('/silent', class extends OpenERPNameSpace {});
// Nothing that a module leaves open keeps the check from ending.
setInterval(() => undefined, 1_000);
`;
const DISAGREES = `
import { AbstractAdapter, SocketIO } from 'web_socketio';
SocketIO.addAdapter(class Other extends AbstractAdapter { static channel = 'work'; static mode = 'each'; });
`;

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? `${address.port}` : '';
}

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<string> {
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    onTestFinished(() => void connection.destroy());
  });
  return listen(server);
}

/** The report without the columns' padding. */
const compact = (lines: readonly string[]) => lines.map((line) => line.trim().replace(/ {2,}/g, ' | '));

it('says all that would run, leaves nothing behind, and ends with code 0 when nothing is wrong', async () => {
  const database = await TestDatabase.create();
  const hosts: (string | undefined)[] = [];
  const openerp = await listen(
    createHttpServer(({ method, headers }, response) => {
      if (method === 'POST') hosts.push(headers.host);
      response.end('{"states": []}');
    }),
  );
  await database.addToken({ expiresInSeconds: 950 });
  await database.query(`UPDATE web_socketio_session SET origin = 'https://new.example.com'`);
  await database.addToken();
  await database.query(
    `UPDATE web_socketio_session SET origin = 'https://old.example.com' WHERE origin IS NULL`,
  );
  const { lines, ended } = runSidecar(['-d', database.name, '-p', '0', '--check-config'], {
    ...serverVariables(database.server),
    WEB_SOCKETIO_ODOO_URL: `http://127.0.0.1:${openerp}`,
    WEB_SOCKETIO_ADDONS_PATH: await makeAddons({ base: MODULE, later: 'export {};' }),
  });
  expect(await ended).toEqual([0, null]);
  const report = compact(lines);
  expect(report).toEqual(
    expect.arrayContaining([
      `database | ${database.name} | --database`,
      'port | 0 | --port',
      'db-password | set | environment',
      'max-cursor | 8 | default',
      expect.stringMatching(/^base \| loaded \| .*base\/socketio\/index\.ts$/),
      '/longpolling | web_longpolling | connect: web_socketio_demo.notification (web_socketio_demo)',
      'web_socketio_demo.join (web_socketio_demo)',
      '/mine | base | my_event',
      'ping',
      '/silent | base | none',
      'base.Work | work | queue',
      'web_socketio_demo.NotificationAdapter | web_socketio_demo | each | to_id',
      'web_socketio_demo.TaskAdapter | web_socketio_demo.task | queue',
      `${database.name} | ${await database.version()} | installed | version 5 | base, web_longpolling, web_socketio_demo`,
      `${database.name} | new.example.com | opens it`,
      `Odoo | http://127.0.0.1:${openerp} | answers`,
      'port | 127.0.0.1:0 | free',
    ]),
  );
  expect(report.join('\n')).not.toContain('Python');
  expect(report.at(-1)).toBe('No problems.');
  expect(hosts).toEqual(['new.example.com']);
  expect(report.join('\n')).not.toContain(database.server.password);
  expect(await database.query('SELECT * FROM web_socketio_sidecar')).toEqual([]);
});

it('passes over what Kubernetes makes of Services of its name, says so in one line, and shows what holds', async () => {
  const { lines, ended } = runSidecar(['-d', 'mydb', '--check-config'], {
    WEB_SOCKETIO_DB_HOST: '127.0.0.1',
    WEB_SOCKETIO_PORT: 'tcp://10.0.0.11:8068',
    WEB_SOCKETIO_PORT_8068_TCP_ADDR: '10.0.0.11',
    WEB_SOCKETIO_DB_PORT: 'tcp://10.0.0.12:5432',
    WEB_SOCKETIO_DB_SERVICE_HOST: '10.0.0.12',
  });
  expect(await ended).toEqual([1, null]);
  const report = compact(lines);
  expect(report).toEqual(expect.arrayContaining(['port | 8068 | default', 'db-port | 5432 | default']));
  expect(report.filter((line) => /tcp:|10\.0\.0/.test(line))).toEqual([
    expect.stringContaining(
      'WARNING ? web_socketio: service_link: Ignored WEB_SOCKETIO_PORT=tcp://10.0.0.11:8068,',
    ),
  ]);
});

it('knows the sidecar that runs there: no problem if it is for one of the databases, and named if it is not', async () => {
  const database = await TestDatabase.create();
  const other = await TestDatabase.create();
  const openerp = await listen(createHttpServer((_, response) => void response.end('{"states": []}')));
  const env = {
    ...serverVariables(database.server),
    WEB_SOCKETIO_ODOO_URL: `http://127.0.0.1:${openerp}`,
  };
  const running = runSidecar(['-d', database.name, '-i', '0.0.0.0', '-p', '0'], env);
  const listening = () => /Listening on http:\/\/0\.0\.0\.0:(\d+) for/.exec(running.lines.join('\n'))?.[1];
  await expect.poll(listening).toBeDefined();
  const port = listening() ?? '';
  const check = async (databases: string, host: string) => {
    const { lines, ended } = runSidecar(
      ['-d', databases, '-i', host, '-p', `${port}`, '--check-config'],
      env,
    );
    return { code: (await ended)[0], report: compact(lines) };
  };
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const { code, report } = await check(`${database.name},${other.name}`, host);
    expect(report).toContain(
      `port | ${host}:${port} | a sidecar for ${database.name} runs there: stop it before the next start`,
    );
    expect([code, report.at(-1)]).toEqual([0, 'No problems.']);
  }
  const { code, report } = await check(other.name, '127.0.0.1');
  expect(code).toBe(1);
  expect(report).toContain(`port | 127.0.0.1:${port} | taken by another sidecar`);
  expect(report.join(' ')).toContain(
    `port_unusable: Cannot listen on 127.0.0.1:${port}: a sidecar for ${database.name} runs there.`,
  );
}, 240_000);

it('names everything that is wrong with its code, and ends with code 1', async () => {
  const database = await TestDatabase.create();
  const bare = await createDatabase(database.server);
  const taken = await silentServer();
  const { lines, ended } = runSidecar(
    ['-d', `${database.name},${bare},nowhere`, '-p', taken, '--check-config'],
    {
      ...serverVariables(database.server),
      WEB_SOCKETIO_ODOO_URL: `http://127.0.0.1:${taken}`,
      WEB_SOCKETIO_ADDONS_PATH: `${await makeAddons({ base: MODULE, web_socketio_demo: DISAGREES, broken: 'const x = ;' })},/nowhere`,
      WEB_SOCKETIO_PROT: '1',
    },
  );
  expect(await ended).toEqual([1, null]);
  const report = compact(lines);
  expect(report).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^broken \| failed \| /),
      'nowhere | unreachable',
      `${bare} | ${await database.version()} | not installed`,
      `port | 127.0.0.1:${taken} | cannot be used`,
      `Odoo | http://127.0.0.1:${taken} | does not answer`,
    ]),
  );
  const problems = report.slice(report.indexOf('Problems') + 1).join(' ');
  const codes = problems.match(/(?<=^| )[a-z]+(_[a-z]+)+(?=: )/g);
  expect(codes).toEqual([
    ...['option_unknown', 'addons_path_unreadable', 'module_syntax', 'odoo_unreachable', 'port_unusable'],
    ...['channel_mode_conflict', 'module_missing', 'database_missing'],
  ]);
  expect(problems).toContain(`This is so in '${database.name}'.`);
});

it('says that Odoo does not open a database under the host of its browsers', async () => {
  const database = await TestDatabase.create();
  const openerp = await listen(
    createHttpServer(({ headers }, response) => {
      // As --db-filter does.
      if (headers.host !== `${database.name}.example.com`) response.writeHead(404);
      response.end('{"states": []}');
    }),
  );
  const check = async () => {
    const { lines, ended } = runSidecar(['-d', database.name, '-p', '0', '--check-config'], {
      ...serverVariables(database.server),
      WEB_SOCKETIO_ODOO_URL: `http://127.0.0.1:${openerp}`,
    });
    return { code: (await ended)[0], report: compact(lines) };
  };
  const refused = await check();
  expect(refused.code).toBe(1);
  expect(refused.report).toContain(`${database.name} | 127.0.0.1:${openerp} | does not open it`);
  expect(refused.report.join(' ')).toContain(
    `host_refused: Odoo at http://127.0.0.1:${openerp} does not open '${database.name}' for the host '127.0.0.1:${openerp}'`,
  );
  await database.addToken();
  await database.query(`UPDATE web_socketio_session SET origin = 'https://${database.name}.example.com'`);
  const opened = await check();
  expect(opened.report).toContain(`${database.name} | ${database.name}.example.com | opens it`);
  expect([opened.code, opened.report.at(-1)]).toEqual([0, 'No problems.']);
});

it.each(['127.0.0.1', 'localhost'])(
  'asks an Odoo behind TLS under the host of its browsers, and wants a certificate for %s itself',
  async (name) => {
    const database = await TestDatabase.create();
    await database.addToken({ origin: 'https://erp.example.com' });
    const authority = await CertificateAuthority.create('web_socketio test');
    const folder = await mkdtemp(join(tmpdir(), 'web_socketio-authority-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'authority.pem');
    await writeFile(file, authority.certificate);
    const asked: unknown[] = [];
    const check = async (certified: string) => {
      const { certificate: cert, key } = await authority.issue('OpenERP', [certified]);
      const port = await listen(
        createHttpsServer({ cert, key }, ({ method, headers }, response) => {
          if (method === 'POST') asked.push([headers.host, headers['x-forwarded-proto']]);
          response.end('{"states": []}');
        }),
      );
      const { lines, ended } = runSidecar(['-d', database.name, '-p', '0', '--check-config'], {
        ...serverVariables(database.server),
        WEB_SOCKETIO_ODOO_URL: `https://${name}:${port}`,
        NODE_EXTRA_CA_CERTS: file,
      });
      expect(await ended).toHaveLength(2);
      return compact(lines).at(-1);
    };
    expect(await check(name)).toBe('No problems.');
    expect(asked).toEqual([['erp.example.com', 'https']]);
    expect(await check('erp.example.com')).not.toBe('No problems.');
    expect(asked).toHaveLength(1);
  },
);

it('waits for a PostgreSQL server that says nothing for a bounded time', async () => {
  const { lines, ended } = runSidecar(['-d', 'mydb', '-p', '0', '--check-config'], {
    WEB_SOCKETIO_DB_HOST: '127.0.0.1',
    WEB_SOCKETIO_DB_PORT: await silentServer(),
    WEB_SOCKETIO_DB_SSLMODE: 'disable',
  });
  expect(await ended).toEqual([1, null]);
  expect(lines.join('\n')).toMatch(/postgres_waiting: PostgreSQL has taken the connection to 'mydb'/);
});

it('says which rights a role lacks', async () => {
  const database = await TestDatabase.create();
  const user = `few_${database.name}`;
  await database.query(`CREATE ROLE ${user} LOGIN PASSWORD 'few'; GRANT SELECT ON ir_module_module TO ${user};
    GRANT SELECT, INSERT, UPDATE, DELETE ON web_socketio_message, web_socketio_sidecar TO ${user};
    GRANT SELECT ON web_socketio_state TO ${user}`);
  onTestFinished(async () => {
    await database.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
  });
  const { lines, ended } = runSidecar(['-d', database.name, '-p', '0', '--check-config'], {
    ...serverVariables(database.server),
    WEB_SOCKETIO_DB_USER: user,
    WEB_SOCKETIO_DB_PASSWORD: 'few',
  });
  expect(await ended).toEqual([1, null]);
  expect(compact(lines).join(' ')).toContain(
    'UPDATE on web_socketio_state, DELETE on web_socketio_session, USAGE on web_socketio_message_id_seq, SELECT (token_sha256, issuer, uid, session_hash, context, origin, expires, checked, locked, proof_due, ended) on web_socketio_session, EXECUTE on web_socketio_rebase. Grant them',
  );
});

it('ends with code 2 when the configuration is invalid', async () => {
  const { lines, ended } = runSidecar(['--check-config']);
  expect(await ended).toEqual([2, null]);
  expect(lines).toEqual([expect.stringContaining('database_unnamed')]);
});
