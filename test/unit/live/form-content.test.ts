import { expect, it } from 'vitest';
import { LiveForm } from '../../../addon/web_live/src/forms/live-form.ts';
import type { Client } from '../../../addon/web_live/src/page/client.ts';
import { Hands } from '../../../addon/web_live/src/page/hands.ts';
import { LiveSocket } from '../../../addon/web_live/src/page/live-socket.ts';
import { Names } from '../../../addon/web_live/src/page/names.ts';
import { OwnWrites } from '../../../addon/web_live/src/page/own-writes.ts';

/** A form of Odoo's, as far as it is asked what it shows. */
function makeForm(root: Odoo.FormRecord) {
  const model: Odoo.ViewModel<Odoo.FormRecord> = {
    root,
    bus: new EventTarget(),
    load: async () => undefined,
    notify: () => undefined,
  };
  const client: Client = {
    owl: {
      useState: (state) => state,
      reactive: (target) => target,
      toRaw: (target) => target,
      onPatched: () => undefined,
      onWillDestroy: () => undefined,
    },
    socket: new LiveSocket(
      () => {
        throw new Error('Nothing is told yet.');
      },
      () => undefined,
    ),
    hands: new Hands(new EventTarget()),
    names: new Names(async () => []),
    ownWrites: new OwnWrites(undefined),
    self: () => 2,
    report: () => undefined,
  };
  return new LiveForm(
    client,
    { env: {} as Odoo.Env, props: { resModel: 'task' }, setup: () => undefined },
    model,
  );
}

const RECORD = {
  ...{ data: {}, context: { allowed_company_ids: [2] } },
  load: async () => undefined,
  discard: async () => undefined,
};

it('A form shows its record, in its context; one that is not stored yet shows nothing', () => {
  expect(makeForm({ ...RECORD, resId: 7 }).content()).toEqual({ ids: [7], context: RECORD.context });
  expect(makeForm({ ...RECORD, resId: false }).content()).toBeUndefined();
});
