import { afterAll, beforeAll } from 'vitest';
import { echoContract } from '../contract/echo.ts';
import { tokenContract } from '../contract/token.ts';
import { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { browserCheck } from './browser-check.ts';
import { callCheck } from './call-check.ts';
import { credentialCheck } from './credential-check.ts';
import { installationCheck } from './installation-check.ts';
import { lookCheck } from './look-check.ts';
import { messageCheck } from './message-check.ts';
import { passwordCheck } from './password-check.ts';
import { pauseCheck } from './pause-check.ts';
import { sessionCheck } from './session-check.ts';
import { tokenCheck } from './token-check.ts';
import { uninstallationCheck } from './uninstallation-check.ts';
import { workerCheck } from './worker-check.ts';

let server: OpenERP7 | undefined;
const openerp = () => {
  if (server === undefined)
    throw new Error('OpenERP 7.0 is there during tests only. Ask for it inside of one.');
  return server;
};
beforeAll(() => {
  server = OpenERP7.open(process.env);
});
afterAll(() => server?.close());

// In the order of an installation's life: it begins with a database that does not have the module, and ends with one.
installationCheck(openerp);
tokenContract(openerp);
echoContract(openerp);
tokenCheck(openerp);
sessionCheck(openerp);
passwordCheck(openerp);
lookCheck(openerp);
credentialCheck(openerp);
callCheck(openerp);
messageCheck(openerp);
browserCheck(openerp);
pauseCheck(openerp);
workerCheck(openerp);
uninstallationCheck(openerp);
