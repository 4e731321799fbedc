import { type Finding, fine, problem, unseen, warning } from '../finding.ts';
import { type EchoReading, readEcho } from './echo-reading.ts';
import { ODOO_ECHO } from './routing.ts';
import type { Visitor } from './visitor.ts';

/** What a browser could say of itself; a proxy replaces it. */
const FORGED = 'forged.example';
/** What all programs of a host may have left in a browser. */
const LARGE_COOKIE = `large=${'c'.repeat(16_000)}`;
const SKEW_S = 30;
/** What servers answer to too many or too long headers. */
const TOO_LARGE = new Set([400, 413, 414, 431, 494]);

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
    if (!isProxied && plain.forwardedHost === null && originOf(plain.address) === visitor.url.origin) {
      findings.push(fine(subject, `${plain.address}, without a proxy`));
      continue;
    }
    const found = judge(subject, plain, visitor);
    const forged = found.severity === 'fine' ? await readAt(visitor, path, headers) : null;
    // By a forged host Odoo may also have chosen another database, or none.
    const believed =
      found.severity === 'fine' &&
      (forged === null || forged.forwardedHost === FORGED || forged.forwardedProto === FORGED);
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
  if (missing.length > 0)
    return problem(subject, 'forwarded_missing', `${missing.join(', ')} ${areNot(missing)} set`);
  const wrong = [
    // Odoo in proxy mode does not look at it.
    ...(host === url.host || address !== null ? [] : [`Host ${host}`]),
    ...(originOf(`${scheme}://${forwardedHost}`) === url.origin ? [] : [`X-Forwarded-Host ${forwardedHost}`]),
    ...(forwardedProto === scheme ? [] : [`X-Forwarded-Proto ${forwardedProto}`]),
  ];
  if (wrong.length > 0) {
    return problem(subject, 'forwarded_wrong', `${wrong.join(', ')}, for ${url.origin}`);
  }
  if (address !== null && originOf(address) !== url.origin) {
    return problem(subject, 'proxy_mode_off', `Odoo takes its address for ${address}`);
  }
  return fine(subject, `${forwardedProto}://${forwardedHost}, for ${forwardedFor}`);
}

/** As browsers write it: with other letters than those of English, and with the usual port, the same is written differently. */
function originOf(address: string | null): string | null {
  return address !== null && URL.canParse(address) ? new URL(address).origin : null;
}

const areNot = (names: readonly string[]) => (names.length === 1 ? 'is not' : 'are not');

/** Do the cookies of a browser come where they are wanted, and only there? */
export async function lookAtCookies(visitor: Visitor): Promise<Finding> {
  const subject = 'Cookies';
  const headers = { Cookie: LARGE_COOKIE };
  const seen = (status: number, who: string) => `16 kB of them are answered ${status} on the way to ${who}`;
  const { status } = await visitor.ask(ODOO_ECHO, { headers });
  if (TOO_LARGE.has(status)) return warning(subject, 'header_limited', seen(status, 'Odoo'));
  const atSidecar = await visitor.ask('/socket.io/echo', { headers });
  if (TOO_LARGE.has(atSidecar.status)) {
    return warning(subject, 'header_limited', seen(atSidecar.status, 'the sidecar'));
  }
  const echo = readEcho(atSidecar.body.split('\n', 1)[0] ?? '');
  if (echo === null) return unseen(subject, 'not_looked', seen(atSidecar.status, 'the sidecar'));
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
