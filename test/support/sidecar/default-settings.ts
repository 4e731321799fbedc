import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings, type Settings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

/** What holds where these variables alone are given, whatever this machine's own environment and files say. */
export function settingsOf(variables: Readonly<Record<string, string>>): Settings {
  const env = { WEB_SOCKETIO_DATABASE: 'mydb', WEB_SOCKETIO_CONFIG: '/dev/null', ...variables };
  return readSettings(
    new OptionReader(new Sources({ flags: {}, env, cwd: '/nonexistent', home: '/nonexistent' })),
  );
}
