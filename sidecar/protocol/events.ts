/** Names of events that the sidecar and the browser both know. An addon's own events may have any other name. */

/** Sidecar → browser: prove again that your session lives. */
export const ASK_SESSION = 'get session id';
/**
 * Browser → sidecar: the proof, `{ token }`, renewed just now. Clients without a token send a session: its id as a string,
 * or `{ session_id, sid, origin, company_ids }`.
 */
export const SESSION = 'session id';
/** Browser → sidecar: end the handlers of an event: its name, and the list of the arguments for which they run. */
export const STOP = 'stop event';
/** Client → sidecar, from one that cannot acknowledge: `(id, answer)`, where the id is that of the parcel. */
export const ANSWER = 'web_socketio.answer';
/** Browser → sidecar: the page has sent all its subscriptions again; the answer is `{ again }`. */
export const SUBSCRIBED = 'web_socketio.subscribed';
/** Sidecar → browser, before it closes the connection: an `EndReason`. */
export const END = 'web_socketio.end';
/** Sidecar → browser: an event failed whose sender asked for no answer: `{ event, code, message }`. */
export const FAILURE = 'web_socketio.error';
/** Sidecar → browser: how far the page has read, where no other packet says so: positions by name. */
export const POSITION = 'web_socketio.position';
/** Sidecar → browser: messages were missed, load the data again: `{ reason, channel? }`. */
export const RESYNC = 'resync';

/** The keys of an event's last argument when it brings messages: they are no argument of the event itself. */
export const PARCEL_KEY = '$parcel';
export const POSITION_KEY = '$position';
