import { SocketIOError } from 'web_socketio';

/** What `web_live.view` says of a view. @returns the ids that the user may read; null if the model is not live for him */
export function toReadable(answer: unknown): readonly number[] | null {
  if (typeof answer === 'object' && answer !== null && 'live' in answer && 'ids' in answer) {
    const { live, ids } = answer;
    if (live === false) return null;
    if (live === true && Array.isArray(ids)) return ids.filter(Number.isSafeInteger).map(Number);
  }
  throw new SocketIOError(
    'live_answer',
    `web_live.view.open_view answered ${JSON.stringify(answer)?.slice(0, 100)}. Upgrade the module web_live in this database.`,
  );
}
