import { SocketIO } from 'web_socketio';
import { Changes, ModelChanges } from './changes/adapters.ts';
import { LiveNameSpace } from './live-namespace.ts';
import { PresenceRows } from './presence/presence-row.ts';

for (const adapter of [Changes, ModelChanges, PresenceRows]) SocketIO.addAdapter(adapter);
SocketIO.addNamespace('/web_live', LiveNameSpace);
