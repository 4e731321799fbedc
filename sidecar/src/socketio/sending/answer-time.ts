/**
 * How long a client may take to answer an event with messages, in milliseconds. After it the log says that one which
 * recognises a second copy has not answered yet; any other has failed, if it is known to have the event.
 */
export const ANSWER_MS = 30_000;
