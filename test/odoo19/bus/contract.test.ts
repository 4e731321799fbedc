import { busContract } from '../../contract/bus.ts';
import { useOdoo } from '../../support/odoo/odoo-fixture.ts';

// The same as of the stand-in, in test/integration/bus.
busContract(useOdoo(['web_socketio_bus']));
