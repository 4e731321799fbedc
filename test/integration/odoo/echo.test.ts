import { beforeEach } from 'vitest';
import { echoContract } from '../../contract/echo.ts';
import { startEchoOdoo } from '../../support/odoo/echo-odoo.ts';

// The same as of the real one, in test/odoo: what stands behind the proxies in the tests of the doctor cannot drift from it.
let url = '';
beforeEach(async () => {
  url = await startEchoOdoo(false);
});
echoContract(() => ({ url }));
