import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SocketIO } from '../../addon/web_socketio/src/socketio.ts';
import { openPage } from '../support/browser/browser-page.ts';
import { runExample } from '../support/documents/example-run.ts';
import { withUsers } from '../support/documents/example-users.ts';
import { readText } from '../support/documents/markdown.ts';
import { readPorted } from '../support/documents/reference.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { pressModuleButton } from '../support/openerp7/openerp7-modules.ts';
import type { OpenERP7Session } from '../support/openerp7/openerp7-session.ts';
import { OpenERP7Sidecar } from '../support/openerp7/openerp7-sidecar.ts';
import { startOpenERP7Worker, testOpenERP7Registry } from '../support/openerp7/openerp7-worker.ts';
import type { Program } from '../support/process/program.ts';

const FILES = ['reminder', 'partner', 'chat'];

/** The Python worker of OpenERP 7.0: what addons of 2013 declare runs as it stands. */
export function workerCheck(openerp: () => OpenERP7): void {
  describe('The Python worker of OpenERP 7.0', () => {
    let sidecar: OpenERP7Sidecar;
    let worker: Program;
    let xenia: OdooUser;
    let yann: OdooUser;
    let session: OpenERP7Session;
    let other: OpenERP7Session;

    const open = (of: OpenERP7Session) =>
      openPage(sidecar.url, { fetchToken: (known) => of.renew(known) }).page;
    const emit = async (of: OpenERP7Session, event: string, ...args: unknown[]) => {
      const socket = new SocketIO('/longpolling', open(of));
      onTestFinished(() => socket.disconnect());
      return await new Promise((resolve) => socket.emit(event, ...args, resolve));
    };

    beforeAll(async () => {
      sidecar = await OpenERP7Sidecar.make(openerp());
      await sidecar.start();
      worker = startOpenERP7Worker(openerp(), sidecar.url);
      await worker.waitForLine(/is linked to the sidecar/);
      xenia = await openerp().createUser('xenia');
      yann = await openerp().createUser('yann');
      session = await openerp().logIn(xenia);
      other = await openerp().logIn(yann);
    });
    afterAll(async () => {
      await worker?.stop();
      await sidecar?.remove();
    });

    it('notices that an addon is installed while it runs', async () => {
      expect(worker.log).not.toContain('note_python');
      await pressModuleButton(openerp(), 'note_python', 'button_immediate_install');
      await worker.waitForLine(/the addon 'note_python' declares/);
      // The sidecar's own list of installed addons is up to five seconds old.
      await expect.poll(() => emit(session, 'note who')).toBe('xenia');
    });

    for (const [index, example] of readPorted().entries()) {
      it(`${example.title}: the Python of 2013 runs as it stands`, async () => {
        expect(readText(`test/openerp7/addons/note_python/${FILES[index]}.py`)).toBe(example.python);
        await runExample(withUsers(example, xenia.uid, yann.uid), {
          url: sidecar.url,
          db: openerp().database,
          page: open(session),
          otherPage: open(other),
          more: {},
          query: (text, values) => openerp().sql(text, values),
        });
      });
    }

    it('calls models as the user of the page, with cr and uid before the arguments', async () => {
      expect(await emit(session, 'note who')).toBe('xenia');
      expect(await emit(other, 'note who')).toBe('yann');
      expect(await emit(session, 'note context')).toMatchObject({ uid: xenia.uid, lang: 'en_US' });
    });

    it('commits what returns, and rolls back what raises, with the error of OpenERP for the page', async () => {
      const { admin } = openerp();
      const ofAdmin = await openerp().logIn(admin);
      const id = await emit(ofAdmin, 'note create', 'by a worker');
      expect(await openerp().sql('SELECT user_id FROM note_alert WHERE id = $1', [id])).toEqual([
        { user_id: admin.uid },
      ]);
      expect(await emit(ofAdmin, 'note fail', [id])).toMatchObject({ ok: false, code: 'user_error' });
      expect(await emit(ofAdmin, 'note create', 'by a worker')).toMatchObject({ code: 'validation_error' });
      expect(await emit(session, 'note create', 'by xenia')).toMatchObject({ code: 'access_error' });
    });

    it('has a registry that keeps the contract which its stand-in keeps', async () => {
      const test = testOpenERP7Registry(openerp());
      const [code] = await test.ended;
      expect([code, code === 0 ? '' : test.log]).toEqual([0, '']);
    });

    it('stops within its time, and its pages keep their sockets', async () => {
      const page = open(session);
      const socket = new SocketIO('/longpolling', page);
      await expect.poll(() => socket.connected).toBe(true);
      await worker.stop();
      expect(await emit(session, 'note who')).toMatchObject({ code: 'worker_unavailable', retry: true });
      expect(socket.connected).toBe(true);
    });
  });
}
