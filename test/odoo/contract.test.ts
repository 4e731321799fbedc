import { callContract } from '../contract/call.ts';
import { notificationContract } from '../contract/notification.ts';
import { sessionContract } from '../contract/session.ts';
import { tokenContract } from '../contract/token.ts';
import { useOdoo19 } from '../support/odoo19-fixture.ts';

// The same as of the playground's stand-in, in test/integration: it cannot drift from the real one.
const odoo = useOdoo19(['web_socketio_demo']);
sessionContract(odoo);
tokenContract(odoo);
callContract(odoo);
notificationContract(odoo);
