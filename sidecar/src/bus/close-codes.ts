/** Why a bus socket is closed, by the numbers that Odoo's JavaScript knows. */
export const CLEAN = 1000;
export const GOING_AWAY = 1001;
/** Positions mean nothing any more: pages come back. */
export const RESTART = 1012;
/** Too many frames, or what it needs is not there: pages come back after a while. */
export const TRY_LATER = 1013;
/** The session is over: pages come back as whoever they are by then. */
export const SESSION_EXPIRED = 4001;
/** Pages come back at once. */
export const KEEP_ALIVE_TIMEOUT = 4002;

/** With 1000: the script in the page is of another version of Odoo. It says so there, and stays away. */
export const OUTDATED = 'OUTDATED_VERSION';
