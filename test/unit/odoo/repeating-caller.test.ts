import { expect, it, vi } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import type { ModelCall, ModelCaller } from '../../../sidecar/src/odoo/calls/model-caller.ts';
import { RepeatingCaller } from '../../../sidecar/src/odoo/calls/repeating-caller.ts';

const CALL: ModelCall = {
  ...{ db: 'mydb', credential: '', origin: null, uid: 2, model: 'res.users', method: 'read' },
  ...{ args: [], kwargs: {}, context: {} },
};

/** An OpenERP that nobody reaches. */
class Unreachable implements ModelCaller {
  asked = 0;
  #stopped = false;

  call(): Promise<unknown> {
    this.asked += 1;
    const error = new SidecarError('odoo_unreachable', this.#stopped ? 'stopped' : 'refused', {
      retry: !this.#stopped,
    });
    return Promise.reject(error);
  }

  stop(): void {
    this.#stopped = true;
  }
}

it('repeats a call for ten seconds, at growing intervals, and then says why it was not carried out', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const openerp = new Unreachable();
    const failed = expect(new RepeatingCaller(openerp).call(CALL)).rejects.toMatchObject({
      message: 'refused',
      retry: true,
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await failed;
    // Between 0.1 and 2 s apart, each cut by up to a half.
    expect(openerp.asked).toBeGreaterThanOrEqual(8);
    expect(openerp.asked).toBeLessThanOrEqual(15);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('lets no call wait when it is stopped', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const openerp = new Unreachable();
    const caller = new RepeatingCaller(openerp);
    const failed = expect(caller.call(CALL)).rejects.toMatchObject({ message: 'stopped' });
    // Not waitFor, which lets false time pass between its looks: on a busy machine the timer went off.
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(1);
    caller.stop();
    await failed;
    expect(vi.getTimerCount()).toBe(0);
    expect(openerp.asked).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
