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

const events = new EventSource('/playground/events');
events.addEventListener('error', () => sidecar.show('gone'));
events.addEventListener('open', async () => sidecar.show((await readState()).sidecar.state));
on('sidecar', (data: { state: string }) => sidecar.show(data.state));
on('message', (data: MessageNews) => messages.show(data));
on('log', (line: string) => {
  append(log, document.createTextNode(`${line}\n`), 500);
  void module.read(line);
});

function on<Data>(event: string, handle: (data: Data) => void): void {
  events.addEventListener(event, ({ data }: MessageEvent<string>) => handle(JSON.parse(data)));
}
