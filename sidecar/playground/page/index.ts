import { append, find } from './element.ts';
import { type MessageNews, MessageTable } from './message-table.ts';
import { ModulePanel } from './module-panel.ts';
import { readState } from './playground-route.ts';
import { SidecarPanel } from './sidecar-panel.ts';

const state = await readState();
const sidecar = new SidecarPanel();
const messages = new MessageTable(state.users);
const module = new ModulePanel();
const log = find('log', HTMLElement);

sidecar.show(state.sidecar.state);
module.show(state.module);

follow();

function follow(): void {
  const events = new EventSource('/playground/events');
  const on = <Data>(event: string, handle: (data: Data) => void) =>
    events.addEventListener(event, ({ data }: MessageEvent<string>) => handle(JSON.parse(data)));
  // What has been is told again.
  log.replaceChildren();
  events.addEventListener('error', () => {
    sidecar.show('gone');
    // A playground that is just starting answers with an error, after which the browser does not ask again by itself.
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 1_000);
  });
  events.addEventListener('open', async () => sidecar.show((await readState()).sidecar.state));
  on('sidecar', (data: { state: string }) => sidecar.show(data.state));
  on('message', (data: MessageNews) => messages.show(data));
  on('log', (line: string) => {
    append(log, document.createTextNode(`${line}\n`), 500);
    void module.read(line);
  });
}
