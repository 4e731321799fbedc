/** Limits that the sidecar and the browser have to agree on: what one sends within them, the other takes whole. */

/** A client keeps so many positions of one namespace, the youngest, and the sidecar as many cursors of one socket. */
export const MOST_POSITIONS = 200;

/** A position lists so many messages that are done behind one that is not. */
export const MOST_IDS = 1_000;

/** The longest message that a sidecar takes from a client, in bytes, unless it is configured otherwise. */
export const MESSAGE_BYTES = 1_000_000;

/** A page may show so many companies. */
export const MOST_COMPANIES = 1_000;

/**
 * So many characters of a handshake may be positions. They must stay well within one message: a longer one is refused
 * for ever, with all namespaces of the page.
 */
export const POSITION_CHARACTERS = MESSAGE_BYTES / 10;
