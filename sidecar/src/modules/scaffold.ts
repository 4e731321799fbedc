import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reason } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { type AddonFolder, openAddon, writeInAddon } from './addon-folder.ts';
import { findServerModule } from './discovery.ts';

const MODULE = 'socketio/index.ts';
const TSCONFIG = 'socketio/tsconfig.json';
const TYPES = 'socketio/types';
/** The first line of each file of types: others of that name are the author's. */
const OURS = '// Written by web_socketio init, and written anew by the next. Do not edit.\n';

/**
 * Writes what an addon needs for a server module: an example that works, a tsconfig.json, and the types. What the author
 * may have changed is kept.
 *
 * @param folder the addon's, absolute
 * @param types the folder with the types of this version
 * @returns what was done, line by line
 * @throws SidecarError `addon_invalid`, `addon_unwritable`, `types_missing`
 */
export function scaffold(folder: string, types: string): string[] {
  const addon = openAddon(folder);
  const texts = readTypes(types);
  const lines: string[] = [];
  const known = findServerModule(folder)?.source ?? null;
  if (known !== null) lines.push(`Kept ${known}`);
  else lines.push(write(addon, MODULE, exampleOf(addon.addon)));
  const hasConfig = existsSync(join(addon.home, TSCONFIG));
  lines.push(hasConfig ? `Kept ${join(addon.home, TSCONFIG)}` : write(addon, TSCONFIG, TSCONFIG_TEXT));
  for (const [name, text] of texts) {
    const file = join(addon.home, TYPES, name);
    if (existsSync(file) && !readFileSync(file, 'utf8').startsWith(OURS)) lines.push(`Kept ${file}`);
    else lines.push(write(addon, join(TYPES, name), OURS + text));
  }
  return [...lines, `To check it: tsc -p '${join(addon.home, 'socketio')}'`];
}

function write(addon: AddonFolder, path: string, text: string): string {
  writeInAddon(addon, path, text);
  return `Wrote ${join(addon.home, path)}`;
}

function readTypes(folder: string): [string, string][] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.d.ts'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  } catch (cause) {
    throw new SidecarError(
      'types_missing',
      `The types are not in '${folder}': ${reason(cause)}. Run npm run build in the clone of web_socketio.`,
      { cause },
    );
  }
}

const TSCONFIG_TEXT = `{
  // Written by web_socketio init, once: it is yours. The sidecar does not read it; your editor and tsc do.
  "compilerOptions": {
    "target": "es2023",
    // A stand-in for what Node has without an import, such as setTimeout and fetch. For node:fs and the like:
    // npm install --prefix socketio --save-dev @types/node, and "types": ["node"].
    "lib": ["es2023", "webworker"],
    "types": [],
    "module": "esnext",
    "moduleResolution": "bundler",
    "allowImportingTsExtensions": true,
    "noEmit": true,
    "strict": true,
    "skipLibCheck": true,
    "paths": {
      "web_socketio": ["./types/web_socketio/web_socketio.d.ts"],
      "web_longpolling": ["./types/web_longpolling/index.d.ts"]
    }
  },
  "include": ["**/*.ts"],
  "exclude": ["node_modules", "dist"]
}
`;

/** @param addon its name: channel and event are called like it */
function exampleOf(addon: string): string {
  return `import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';

/** A message that Odoo sent on the channel '${addon}', as the browser gets it. */
interface News {
  readonly to_id: number;
  readonly text: string;
}

/** Each page of the user to whom a message is addressed gets its own copy. */
class NewsAdapter extends AbstractAdapter {
  /** \`_postgres_channel\` of the Odoo model that sends. */
  static readonly channel = '${addon}';
  static readonly mode = 'each';
  /** The value that has to be what \`listen\` is given. */
  static readonly key = 'to_id';
}

// Runs for each page that connects, until it is gone. In the browser:
//     longpolling_socket.on('${addon}.news', (messages) => …)
LongPollingNameSpace.on(
  '${addon}.news',
  { adapterClass: NewsAdapter, eventtype: 'connect' },
  async (session) => {
    for await (const messages of session.messages(session.uid)) {
      const news = messages as News[];
      await session.secureEmit('${addon}.news', news);
    }
  },
);

// Runs when a page emits the event:
//     longpolling_socket.emit('${addon}.greet', 'Hello')
LongPollingNameSpace.on('${addon}.greet', {}, async (session, text: string) => {
  await session.notify('${addon}', { to_id: session.uid, text: \`You said: \${text}\` });
});
`;
}
