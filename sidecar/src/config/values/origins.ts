import { SidecarError } from '../../api/sidecar-error.ts';
import type { ValueType } from './value-type.ts';

const ORIGIN = /^(https?:\/\/)?([\w.-]+(?::\d+)?|\[[\da-f:]+\](?::\d+)?)\/?$/i;

/** Hosts and origins with commas or white space between them, in the form in which browsers send them. */
export const ORIGINS: ValueType<readonly string[]> = {
  expects: 'hosts and origins with commas between them',
  parse: (text, { where }) =>
    text
      .split(/[,\s]+/)
      .filter((part) => part !== '')
      .map((part) => toOrigin(part, where)),
  show: (value) => value.join(', ') || 'any',
};

/** `https://ERP:443/` becomes `https://erp`. */
function toOrigin(text: string, where: string): string {
  const [, scheme, host] = ORIGIN.exec(text) ?? [];
  if (host === undefined || !URL.canParse(`http://${host}`)) {
    throw new SidecarError(
      'option_invalid',
      `Invalid origin '${text}' in ${where}. Give a host such as erp.example.com, or an origin such as https://erp.example.com.`,
    );
  }
  return scheme === undefined ? host.toLowerCase() : new URL(text).origin;
}
