import { SidecarError } from '../../api/sidecar-error.ts';
import { invalidText, type ValueType } from './value-type.ts';

const EXPECTS = 'a URL such as http://127.0.0.1:8069';

/** Scheme, host and port of Odoo. */
export const ODOO_URL: ValueType<string> = {
  expects: EXPECTS,
  parse(text, given) {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) {
      // A name and a password may stand before the host.
      throw invalidText({ ...given, text: text.replace(/.*@/s, '…@') }, EXPECTS);
    }
    if (url.href !== `${url.origin}/`) {
      throw new SidecarError(
        'option_invalid',
        `The URL in ${given.where} says more than '${url.origin}'. Give only that: the sidecar asks Odoo at its root.`,
      );
    }
    return url.origin;
  },
  show: (value) => value,
};

/** The same, where there may be none. */
export const OPTIONAL_URL: ValueType<string | null> = {
  expects: EXPECTS,
  parse: (text, given) => (text === '' ? null : ODOO_URL.parse(text, given)),
  show: (value) => value ?? 'none',
};
