import { randomBytes } from 'node:crypto';

/** A page that goes on with another sidecar brings marks of another clock. */
const CLOCK = randomBytes(6).toString('base64url');

/** Names a moment of this sidecar, for a page that sends it back. */
export function toMark(time: number): string {
  return `${CLOCK}:${time}`;
}

/** @returns null if it names no moment of this sidecar */
export function fromMark(mark: string | undefined, now: number): number | null {
  const [clock, text = ''] = mark?.split(':') ?? [];
  const time = Number(text);
  return clock === CLOCK && text !== '' && time <= now ? time : null;
}
