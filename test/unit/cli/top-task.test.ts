import { expect, it } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import { planTop } from '../../../sidecar/src/cli/top-task.ts';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

const READER = new OptionReader(new Sources({ flags: {}, env: {}, cwd: '/nowhere', home: '/nowhere' }));

/** What is said of an address that is not taken. */
function refusal(url: string): string {
  try {
    planTop({ url, interval: '2', once: false }, READER);
  } catch (error) {
    if (error instanceof SidecarError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return '';
}

it.each([
  'http://admin:wsio_secret@127.0.0.1:8068',
  'http://wsio_secret@127.0.0.1:8068',
  'http://admin:wsio_secret@no host',
  'ftp://admin:wsio_secret@127.0.0.1',
  'admin:wsio_secret@127.0.0.1',
])('refuses an address with a password in it, and does not repeat it', (url) => {
  expect(refusal(url)).toMatch(/^option_invalid: .* without a name or a password/);
  expect(refusal(url)).not.toMatch(/admin|secret/);
});

it('quotes what is no address', () => {
  expect(refusal('erp.example.com')).toMatch(/^option_invalid: "erp\.example\.com" is not the address/);
});
