import { callContract } from '../../contract/call.ts';
import { checkContract } from '../../contract/check.ts';
import { exchangeContract } from '../../contract/exchange.ts';
import { notificationContract } from '../../contract/notification.ts';
import { sessionContract } from '../../contract/session.ts';
import { tokenContract } from '../../contract/token.ts';
import { odoo19 } from '../../support/series/odoo19.ts';
import { useStandIn } from '../../support/sidecar/stand-in.ts';

// The same as of a real Odoo 19, in test/odoo: the stand-in cannot drift from it.
const standIn = useStandIn();
sessionContract(standIn, odoo19.dialect);
tokenContract(standIn);
checkContract(standIn);
exchangeContract(standIn);
callContract(standIn);
notificationContract(standIn);
