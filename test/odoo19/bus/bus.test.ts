import { afterAll, beforeAll, describe } from 'vitest';
import { BusSender } from '../../support/bus/bus-sender.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';
import { type BusStage, startBusStage } from './bus-stage.ts';
import { discussCases } from './discuss.ts';
import { enduranceCases, openSilentSockets, type SilentSockets } from './endurance.ts';
import { frameCases } from './frames.ts';
import { handshakeCases } from './handshake.ts';
import { People } from './people.ts';
import { presenceCases } from './presence.ts';
import { rateLimitCases } from './rate-limit.ts';
import { routeCases } from './routes.ts';
import type { GetServed, ServerName } from './served.ts';
import { sessionCases } from './sessions.ts';
import { subscriptionCases } from './subscription.ts';

const SERVERS = [
  ['the evented worker', 'evented'],
  ['the sidecar', 'sidecar'],
] as const;

let stage: BusStage;
let silent: { readonly evented: SilentSockets; readonly sidecar: SilentSockets };
beforeAll(async () => {
  stage = await startBusStage();
  // Some things take a minute: in that time everything else is tested.
  silent = {
    evented: await openSilentSockets(stage.evented),
    sidecar: await openSilentSockets(stage.sidecar),
  };
});
afterAll(async () => {
  silent?.evented.close();
  silent?.sidecar.close();
  await stage?.stop();
});

// The contract is what Odoo's own tests of its bus say of the evented worker: those of `bus` (test_websocket_caryall,
// test_websocket_controller, test_websocket_rate_limiting, test_ir_websocket) and of `mail` (test_ir_websocket,
// test_websocket_controller, test_discuss_mail_presence, test_mail_presence). Each has one here in our own words, as far as it
// can be seen from outside. Not to be seen: test_lifecycle_hooks, test_trigger_on_websocket_closed by its hook and
// test_no_cursor_when_no_callback_for_lifecycle_event (Python functions that run in the evented worker at an end; what `mail`
// does then is seen), test_instances_weak_set and what test_channel_subscription_disconnect reads (memory of that process),
// and the cookie that test_public_configuration finds in the answer to the handshake, which the sidecar never sets.
describe.each(SERVERS)('On Odoo 19, %s', (name, key) => {
  const served = servedBy(name, key);
  showLogOfFailures(name, () => stage[key].program);
  describe('at the handshake', () => handshakeCases(served));
  describe('with frames', () => frameCases(served));
  describe('with subscriptions', () => subscriptionCases(served));
  describe('with sessions', () => sessionCases(served));
  describe('with presence', () => presenceCases(served));
  describe('with a limit of frames', () => rateLimitCases(served));
  describe('beside its sockets', () => routeCases(served));
  describe('after a while', () => enduranceCases(served, () => silent[key]));
});

describe('In browsers, over the sidecar, Discuss', () => {
  showLogOfFailures('the sidecar', () => stage.sidecar.program);
  discussCases(servedBy('the sidecar', 'sidecar'));
});

function servedBy(name: ServerName, key: 'evented' | 'sidecar'): GetServed {
  const people = new People(key);
  return () => {
    const { odoo, postgres, [key]: server } = stage;
    const sender = new BusSender(odoo, postgres);
    return { odoo, server, name, sender, member: (who) => people.find(odoo, sender, who) };
  };
}
