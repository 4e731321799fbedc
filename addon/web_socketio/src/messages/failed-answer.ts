import type { FailedAnswer } from '../../../../sidecar/protocol/answer.ts';

/** Did the sidecar answer that the event failed? @param answer data of the network, whatever it is */
export function isFailure(answer: unknown): answer is FailedAnswer {
  if (typeof answer !== 'object' || answer === null || Reflect.get(answer, 'ok') !== false) return false;
  return ['code', 'message'].every((name) => typeof Reflect.get(answer, name) === 'string');
}

/** What the sidecar says of a failed event, for the developer to read. @param data of the network, whatever it is */
export function describeFailure(data: unknown): string {
  const said: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {};
  const { event, code, message } = said;
  return `'${event}' failed: ${code} ${message}`;
}
