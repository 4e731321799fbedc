import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';

class AlertAdapter extends AbstractAdapter {
  static override readonly channel = 'note_alert';
  static override readonly mode = 'each';
  static override readonly key = 'to_id';
}

// What namespace.py had.
LongPollingNameSpace.on(
  'note alert',
  { adapterClass: AlertAdapter, eventtype: 'connect' },
  async (session) => {
    for await (const alerts of session.messages(session.uid)) {
      await session.secureEmit(
        'note alert',
        await session.model('note.alert').call('format_alerts', [alerts]),
      );
    }
  },
);

LongPollingNameSpace.on('note echo', {}, (_, ...words: unknown[]) => words);
