import { POSITION_KEY } from '../../../protocol/events.ts';
import { JsonObject, type JsonText } from '../../lib/json-text.ts';

/**
 * An event's last argument, which the page keeps when it has handled the event.
 * @param key the name of the position
 * @param position as JSON
 */
export function toPositionArgument(key: string, position: string): JsonText {
  return new JsonObject(`"${POSITION_KEY}":{${JSON.stringify(key)}:${position}}`);
}
