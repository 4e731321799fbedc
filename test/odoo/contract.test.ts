import { callContract } from '../contract/call.ts';
import { checkContract } from '../contract/check.ts';
import { echoContract } from '../contract/echo.ts';
import { exchangeContract } from '../contract/exchange.ts';
import { notificationContract } from '../contract/notification.ts';
import { sessionContract } from '../contract/session.ts';
import { tokenContract } from '../contract/token.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { series } from '../support/series/series.ts';

// The same as of the playground's stand-in, in test/integration: it cannot drift from the real one.
const odoo = useOdoo(['web_socketio_demo']);
sessionContract(odoo, series.dialect);
tokenContract(odoo);
callContract(odoo);
checkContract(odoo);
exchangeContract(odoo);
echoContract(odoo);
notificationContract(odoo);
