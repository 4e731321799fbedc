import { busContract } from '../../contract/bus.ts';
import { useBusStandIn } from '../../support/bus/bus-stand-in.ts';

// The same as of a real Odoo 19, in test/odoo19: what the tests play cannot drift from it.
busContract(useBusStandIn());
