import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, type Message } from 'web_socketio';

/** A queue, since no mode is given: each task goes to one page, and a page has one at a time. */
class TaskAdapter extends AbstractAdapter {
  static override readonly channel = 'web_socketio_demo.task';

  override get(tasks: readonly Message[]): Message[] {
    return tasks.slice(0, 1);
  }
}

// Done when the page's own handler has returned; if it throws, the task waits for the next page.
LongPollingNameSpace.on('web_socketio_demo.work', { adapterClass: TaskAdapter }, async (session) => {
  for await (const tasks of session.messages()) await session.secureEmit('web_socketio_demo.task', tasks);
});
