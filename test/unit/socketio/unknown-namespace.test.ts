import { expect, it } from 'vitest';
import { Registry } from '../../../sidecar/src/api/registry.ts';
import { findLater } from '../../../sidecar/src/socketio/client/unknown-namespace.ts';

it.each(['?token=wsio_secret', '#wsio_secret', '/?a=1#wsio_secret'])(
  'does not say what a client wrote behind the name of a namespace: %s',
  async (rest) => {
    const found = findLater(`/nowhere${rest}`, undefined, new Registry());
    await expect(found).rejects.toThrow(/declares the namespace '\/nowhere\/?'\. See/);
  },
);
