import { expect, it } from 'vitest';
import { sizes } from '../chaos/record/form.ts';
import { startBusStage } from '../support/bus/bus-stage.ts';
import { RawWebSocket } from '../support/network/raw-web-socket.ts';
import { malformed } from './malformed.ts';
import { Random } from './random.ts';

const { frames } = sizes({ short: { frames: 1_000 }, long: { frames: 50_000 } });
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_129);
const AT_A_TIME = 20;

/** Frames as Odoo's JavaScript sends them. */
const FRAMES = [
  '{"event_name":"subscribe","data":{"channels":["a","b"],"last":7}}',
  '{"event_name":"subscribe","data":{"channels":[],"last":0}}',
  '{"event_name":"update_presence","data":{"inactivity_period":5,"im_status_ids_by_model":{"res.partner":[3]}}}',
  '{"event_name":"any","data":null}',
  '\0',
];

it("malformed frames over Odoo's bus crash nothing, keep nobody waiting and leave nobody behind", async () => {
  const random = new Random(SEED);
  const { sidecar, odoo, hearing, notify } = await startBusStage();
  // So that all are looked at.
  odoo.route.facts = { ...odoo.route.facts, rate_limit_burst: 1_000_000 };
  const page = await hearing([]);
  const attack = async () => {
    const raw = await RawWebSocket.openAt(sidecar.url, '/websocket', { Origin: sidecar.url });
    const count = 1 + random.below(10);
    for (let n = 0; n < count; n += 1) {
      const frame = malformed(random, FRAMES);
      // Sometimes not even a frame.
      if (random.is(0.1)) raw.tcp.write(frame);
      else raw.send(frame);
    }
    raw.tcp.end();
    await raw.closed;
    return count;
  };
  let sent = 0;
  let told = 0;
  const one = async () => {
    while (sent < frames) {
      const count = await attack();
      sent += count;
      if (random.is(0.1)) {
        told += 1;
        await notify('broadcast', told);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  await page.until(told);
  // Only the page that is left.
  await expect
    .poll(async () => (await fetch(`${sidecar.url}/metrics`)).text())
    .toContain('web_socketio_bus_sockets 1\n');
  process.stdout.write(
    `malformed over the bus: frames ${sent} notifications beside them ${told} (seed ${SEED})\n`,
  );
  expect(sidecar.log).not.toContain(' ERROR ');
});
