import { CONNECTED, type ConnectionState, type Occurrence, UNCONNECTED } from './connection-state.ts';

/**
 * A sidecar that has said nothing for longer is gone, even if the browser has not noticed, as in the moment after a sleep:
 * it says something each 25 seconds, and has 20 more.
 */
const SILENT_MS = 45_000;
const DAY_MS = 86_400_000;
const TRANSPORTS: Record<string, string> = { websocket: 'WebSocket', polling: 'long-polling' };

/** One line for a menu: whether the page is connected, how, since when, and when the last message came. */
export function lineOf(state: ConnectionState): string {
  const { message } = state;
  const last = message ? `, last message ${clock(message.at, state.at)}` : '';
  return `Real time: ${situationOf(state, clock)}${last}`;
}

/** All that the page knows, a line each, for whoever asks for support. No secret is in it. */
export function detailsOf(state: ConnectionState): string {
  const { at, cause, connections, heard, loss, message, namespaces, sidecar, database } = state;
  const told = (one: Occurrence | undefined) => (one ? `${one.what}, ${moment(one.at)}` : 'none yet');
  const isOff = state.transport === undefined && state.ended === undefined && namespaces.length > 0;
  return [
    `State: ${situationOf(state, moment)}`,
    ...(isOff && cause ? [`Cause: ${cause}`] : []),
    ...(isOff ? [`More: web_socketio doctor ${location.origin}`] : []),
    `Last message: ${told(message)}`,
    `Sidecar last heard: ${heard === undefined ? 'not yet' : moment(heard)}`,
    `Namespaces: ${namespaces.map(([path, how]) => `${path} ${how}`).join(', ') || 'none'}`,
    `Connections since the page was opened: ${connections}`,
    ...(loss ? [`Last loss: ${told(loss)}`] : []),
    ...(sidecar === undefined ? [] : [`Sidecar: ${sidecar}`]),
    ...(database === undefined ? [] : [`Database: ${database}`]),
    `Browser: ${navigator.userAgent}`,
    `Now: ${moment(at)}, ${new Date(at).toISOString()}`,
  ].join('\n');
}

/** @param write how a moment is written, of which the second one is now */
function situationOf(state: ConnectionState, write: (at: number, now: number) => string): string {
  const { at, cause, ended, heard, namespaces, transport } = state;
  const since = write(state.since, at);
  if (ended !== undefined) return `ended (${ended})`;
  if (namespaces.length === 0) return 'not used by this page';
  const isOn = namespaces.some(([, how]) => how === CONNECTED);
  const refusal = namespaces.find(([, how]) => how !== CONNECTED && how !== UNCONNECTED)?.[1];
  // A page whose namespaces are all refused has closed its transport itself, and waits.
  if (!isOn && refusal !== undefined && cause === undefined) return `refused (${refusal})`;
  if (transport === undefined) return `no connection since ${since}`;
  if (heard !== undefined && at - heard > SILENT_MS) return `nothing heard since ${write(heard, at)}`;
  if (!isOn) return `connecting since ${since}`;
  return `${TRANSPORTS[transport] ?? transport} since ${since}`;
}

/** Short: with a day only if it is another one. */
function clock(at: number, now: number): string {
  const isFar = now - at >= DAY_MS || new Date(at).getDate() !== new Date(now).getDate();
  const day = isFar ? ({ month: 'short', day: 'numeric' } as const) : {};
  return new Date(at).toLocaleString([], { ...day, hour: '2-digit', minute: '2-digit' });
}

function moment(at: number): string {
  return new Date(at).toLocaleString();
}
