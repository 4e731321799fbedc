import { reason } from '../../api/error.ts';
import { type Finding, fine, problem, unseen, warning } from '../finding.ts';
import { lookAtAddress } from './address.ts';
import { lookAtBodies } from './bodies.ts';
import { lookAtBus } from './bus.ts';
import { lookAtExposure } from './exposure.ts';
import { lookAtClocks, lookAtCookies, lookAtForwarded } from './headers.ts';
import { lookAtRouting } from './routing.ts';
import { lookAtSilence, type Progress, SILENT_S } from './silence.ts';
import { lookAtStickiness } from './stickiness.ts';
import { lookAtBuffering, lookAtPolling, lookAtWebSocket } from './transports.ts';
import { Visitor } from './visitor.ts';

/** The first series whose bus is a WebSocket. */
const FIRST_WITH_BUS = 16;
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

const LATER = 'Not looked at until /socket.io/ works';
/** What only an answer of the sidecar or of Odoo shows. */
const NEED_ANSWER = ['clocks', 'headers'];
/** What only the sidecar shows. */
const NEED_SOCKETS = [
  ...['cookies', 'bodies', 'long-polling', 'several sidecars', 'WebSocket', 'HTTP/2', 'buffering', 'silence'],
];

/** What was found, and what the proxy calls itself, such as `nginx/1.22.1`; null if it does not. */
export interface OutsideReport {
  readonly findings: readonly Finding[];
  readonly server: string | null;
  /** Whether the sidecar was reached. */
  readonly reached: boolean;
}

/** How it is looked at. */
export interface OutsideOptions {
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** How long a connection has to bear silence: as long as pages need it, unless a test has less time. */
  readonly silentSeconds?: number;
}

/** Looks at an installation as the browsers of its users see it. Never throws. */
export async function lookFromOutside(
  url: URL,
  { signal, progress, silentSeconds = SILENT_S }: OutsideOptions,
): Promise<OutsideReport> {
  const { findings, reachable, http2 } = await lookAtAddress(url);
  if (!reachable) return { findings, server: null, reached: false };
  const found = [...findings];
  const look = async (subject: string, work: () => Promise<Finding | Finding[]>): Promise<void> => {
    progress(subject);
    try {
      found.push(...[await work()].flat());
    } catch (error) {
      found.push(unseen(subject, 'not_looked', reason(error)));
    }
  };
  const visitor = new Visitor(url, signal);
  const start = Date.now();
  const { findings: routes, sidecar, odoo, way, server } = await lookAtRouting(visitor);
  found.push(...routes);
  if (sidecar !== null || odoo !== null) {
    found.push(lookAtClocks(sidecar, odoo, (start + Date.now()) / 2));
    await look('Headers', () => lookAtForwarded(visitor, way === visitor));
  }
  await look('Inner paths', () => lookAtExposure(visitor));
  if (way !== visitor) await look('Way of the sockets', () => lookAtWay(visitor, way));
  if (Number.parseInt(odoo?.series ?? '', 10) >= FIRST_WITH_BUS)
    await look('/websocket', () => lookAtBus(visitor));
  if (sidecar === null) {
    const later = odoo === null ? [...NEED_ANSWER, ...NEED_SOCKETS] : NEED_SOCKETS;
    found.push(unseen('Everything else', 'sockets_first', `${LATER}: ${later.join(', ')}`));
    return { findings: found, server, reached: false };
  }
  // Where Odoo sends pages elsewhere for their sockets, no proxy is needed there.
  if (way === visitor) await look('Cookies', () => lookAtCookies(visitor));
  await look('Bodies', () => lookAtBodies(way, visitor, odoo !== null));
  await look('Long-polling', () => lookAtPolling(way));
  await look('Several sidecars', () => lookAtStickiness(way));
  let webSockets = false;
  await look('WebSocket', async () => {
    const finding = await lookAtWebSocket(way);
    webSockets = finding.severity === 'fine';
    return finding;
  });
  if (http2 !== null && way === visitor) found.push(judgeHttp2(http2, webSockets));
  await look('Buffering', () => lookAtBuffering(way));
  await look('Silence', () => lookAtSilence(way, { webSockets, seconds: silentSeconds, progress }));
  return { findings: found, server, reached: true };
}

/** Where Odoo sends its pages elsewhere for their sockets: may they go there, and what else is open to them? */
async function lookAtWay(visitor: Visitor, way: Visitor): Promise<Finding[]> {
  const subject = 'Way of the sockets';
  const seen = `from ${visitor.url.origin} to ${way.url.origin}, by web_socketio.url`;
  const { findings } = await lookAtAddress(way.url);
  const isMixed = visitor.isSecure && !way.isSecure;
  const found = [isMixed ? problem(subject, 'mixed_content', seen) : fine(subject, seen), ...findings];
  // On one machine, as somebody tries it, everything is open.
  return LOOPBACK.test(way.url.hostname) ? found : [...found, ...(await lookAtExposure(way))];
}

/** Each page with long-polling holds one of six connections, over HTTP/1.1. */
function judgeHttp2(http2: boolean, webSockets: boolean): Finding {
  const subject = 'HTTP/2';
  if (http2) return fine(subject, 'is spoken');
  return webSockets
    ? fine(subject, 'is not spoken, and pages have WebSockets')
    : warning(subject, 'no_http2', 'is not spoken, and pages have long-polling alone');
}
