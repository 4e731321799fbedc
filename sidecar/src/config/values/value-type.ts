import { SidecarError } from '../../api/sidecar-error.ts';

/** Makes a path absolute: `~` is the home folder, and the rest starts from the current one. */
export type ExpandPath = (path: string) => string;

/** What may be given for an option, and how its value is shown. */
export interface ValueType<Value> {
  /** What is valid, to follow "Give": `on or off`. */
  readonly expects: string;
  /**
   * @param text empty where nothing was given and there is no default
   * @returns undefined if the text is invalid
   * @throws SidecarError `option_invalid` where more can be said than what is expected
   */
  parse(text: string, given: GivenText): Value | undefined;
  show(value: Value): string;
}

/** A text, and what messages call it. */
export interface GivenText {
  /** What it is: `port`. */
  readonly name: string;
  readonly text: string;
  /** Where it was found: `--port`, `WEB_SOCKETIO_PORT`, `http_port of odoo.conf`. */
  readonly where: string;
  readonly expand: ExpandPath;
}

/** @throws SidecarError `option_invalid`, with the text, where it was found and what to give instead */
export function readValue<Value>(type: ValueType<Value>, given: GivenText): Value {
  const value = type.parse(given.text, given);
  if (value === undefined) throw invalidText(given, type.expects);
  return value;
}

/** @param expects what to give instead */
export function invalidText({ name, text, where }: Omit<GivenText, 'expand'>, expects: string): SidecarError {
  return new SidecarError('option_invalid', `Invalid ${name} '${text}' in ${where}. Give ${expects}.`);
}
