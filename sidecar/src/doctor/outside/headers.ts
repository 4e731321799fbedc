import { type Finding, fine, problem, warning } from '../finding.ts';
import { type EchoReading, readEcho } from './echo-reading.ts';
import { ODOO_ECHO } from './routing.ts';
import type { Visitor } from './visitor.ts';

/** What a browser could say of itself; a proxy replaces it. */
const FORGED = 'forged.example';
/** What all programs of a host may have left in a browser. */
const LARGE_COOKIE = `large=${'c'.repeat(16_000)}`;
const SKEW_S = 30;

/**
 * Are `Host` and `X-Forwarded-…` what the browser asked for, at the sidecar and at Odoo?
 *
 * @param isProxied false where Odoo sends its pages to the sidecar by themselves: it may stand behind no proxy then
 */
export async function lookAtForwarded(visitor: Visitor, isProxied: boolean): Promise<Finding[]> {
  const headers = { 'X-Forwarded-Host': FORGED, 'X-Forwarded-Proto': FORGED };
  const findings: Finding[] = [];
  for (const [subject, path, server] of [
    ['What the sidecar hears', '/socket.io/echo', 'web_socketio'],
    ['What Odoo hears', ODOO_ECHO, 'odoo'],
  ] as const) {
    const plain = await readAt(visitor, path, {});
    // Odoo may answer in the place of the sidecar.
    if (plain?.server !== server) continue;
    if (!isProxied && plain.forwardedHost === null && plain.address === visitor.url.origin) {
      findings.push(fine(subject, `${plain.address}, without a proxy`));
      continue;
    }
    const found = judge(subject, plain, visitor);
    const forged = found.severity === 'fine' ? await readAt(visitor, path, headers) : null;
    const believed = forged?.forwardedHost === FORGED || forged?.forwardedProto === FORGED;
    const seen = 'what a browser says in X-Forwarded-Host or X-Forwarded-Proto arrives';
    findings.push(believed ? problem(subject, 'forwarded_believed', seen) : found);
  }
  return findings;
}

async function readAt(
  visitor: Visitor,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<EchoReading | null> {
  return readEcho((await visitor.ask(path, { headers })).body.split('\n', 1)[0] ?? '');
}

function judge(subject: string, echo: EchoReading, { url }: Visitor): Finding {
  const { host, forwardedHost, forwardedProto, forwardedFor, address } = echo;
  const scheme = url.protocol.slice(0, -1);
  const missing = [
    ...(forwardedHost === null ? ['X-Forwarded-Host'] : []),
    ...(forwardedProto === null ? ['X-Forwarded-Proto'] : []),
    ...(forwardedFor === null ? ['X-Forwarded-For'] : []),
  ];
  if (forwardedHost === FORGED || forwardedProto === 'gopher') {
    return problem(
      subject,
      'forwarded_believed',
      'what a browser says in X-Forwarded-Host or -Proto arrives',
    );
  }
  if (missing.length > 0)
    return problem(subject, 'forwarded_missing', `${missing.join(', ')} ${areNot(missing)} set`);
  const wrong = [
    ...(host === url.host ? [] : [`Host ${host}`]),
    ...(forwardedHost === url.host ? [] : [`X-Forwarded-Host ${forwardedHost}`]),
    ...(forwardedProto === scheme ? [] : [`X-Forwarded-Proto ${forwardedProto}`]),
  ];
  if (wrong.length > 0) {
    return problem(subject, 'forwarded_wrong', `${wrong.join(', ')}, for ${url.origin}`);
  }
  if (address !== null && address !== url.origin) {
    return problem(subject, 'proxy_mode_off', `Odoo takes its address for ${address}`);
  }
  return fine(subject, `${forwardedProto}://${forwardedHost}, for ${forwardedFor}`);
}

const areNot = (names: readonly string[]) => (names.length === 1 ? 'is not' : 'are not');

/** Do the cookies of a browser come where they are wanted, and only there? */
export async function lookAtCookies(visitor: Visitor): Promise<Finding> {
  const subject = 'Cookies';
  const headers = { Cookie: LARGE_COOKIE };
  const atOdoo = await visitor.ask(ODOO_ECHO, { headers });
  if (atOdoo.status >= 400 && atOdoo.status !== 404) {
    return problem(
      subject,
      'header_limited',
      `16 kB of them are answered ${atOdoo.status} on the way to Odoo`,
    );
  }
  const atSidecar = await visitor.ask('/socket.io/echo', { headers });
  const echo = readEcho(atSidecar.body.split('\n', 1)[0] ?? '');
  if (echo === null) {
    return problem(
      subject,
      'header_limited',
      `16 kB of them are answered ${atSidecar.status} on the way to the sidecar`,
    );
  }
  return echo.cookie
    ? warning(subject, 'cookies_forwarded', 'they go to the sidecar, which has no use for them')
    : fine(subject, 'they go to Odoo alone');
}

/** Have the sidecar, Odoo and this machine the same time? */
export function lookAtClocks(sidecar: EchoReading | null, odoo: EchoReading | null, now: number): Finding {
  const subject = 'Clocks';
  const apart = [
    ...(sidecar === null ? [] : [{ who: 'the sidecar', seconds: (sidecar.now - now) / 1_000 }]),
    ...(odoo === null ? [] : [{ who: 'Odoo', seconds: (odoo.now - now) / 1_000 }]),
  ];
  const seen = apart
    .map(({ who, seconds }) => `${who} ${seconds < 0 ? '' : '+'}${seconds.toFixed(1)} s`)
    .join(', ');
  const told = `against this machine: ${seen}`;
  return apart.some(({ seconds }) => Math.abs(seconds) > SKEW_S)
    ? warning(subject, 'clock_skew', told)
    : fine(subject, told);
}
