import { expect, it } from 'vitest';
import type { OpenERPNameSpace } from 'web_socketio';
import { LiveDatabase } from '../../../addon/web_live/socketio/live-database.ts';
import { LivePage } from '../../../addon/web_live/socketio/live-page.ts';
import { PRESENCE_TIMES } from '../../../addon/web_live/socketio/presence/rosters.ts';

it('A page that may not run one more handler throws nothing at those who only tell it something', () => {
  const nameSpace = {
    spawn() {
      throw new Error('too_many_handlers');
    },
  };
  const page = new LivePage(nameSpace as unknown as OpenERPNameSpace, new LiveDatabase(PRESENCE_TIMES));
  expect(() => page.report(new Error('Odoo is away'))).not.toThrow();
  expect(() => page.unfeed('res.partner,7')).not.toThrow();
});
