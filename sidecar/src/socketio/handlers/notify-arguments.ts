import { CONTROL_CHANNEL } from '../../api/adapter.ts';
import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';

/**
 * May a handler send that? Its author may have written it in JavaScript.
 *
 * @throws SocketIOError `channel_reserved`, `message_invalid`
 */
export function checkNotifyArguments(channel: unknown, values: unknown): void {
  if (typeof channel !== 'string' || channel === '' || channel === CONTROL_CHANNEL) {
    throw new SidecarError(
      'channel_reserved',
      `${quote(channel)} cannot be a channel. Use a name of your own, such as 'my_channel'.`,
    );
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new SidecarError(
      'message_invalid',
      `notify('${channel}', ${quote(values)}): the values are not an object. Give an object, such as {text: 'hello'}.`,
    );
  }
}
