import type { EventDescription } from '../api/event-description.ts';
import type { OptionReader } from '../config/option-reader.ts';
import { OPTIONS } from '../config/options/options.ts';
import type { Settings } from '../config/settings.ts';
import type { DatabaseFacts } from '../postgres/check/database-probe.ts';
import type { ConfigFacts } from './config-check.ts';
import { pythonRows } from './python-report.ts';

/** Problems are sentences: they are broken into lines of this length. */
const WIDTH = 80;

/** What `--check-config` prints: what would run, and at the end what is wrong. */
export function configReport(settings: Settings, reader: OptionReader, facts: ConfigFacts): string {
  const { modules, namespaces, adapters, databases, problems } = facts;
  const python = pythonRows(databases);
  const { odooUrl, eventedUrl, interface: host, port, postgres } = settings;
  return [
    ...table([
      ['Settings', '', 'from'],
      ...OPTIONS.map((option) => [option.name, reader.show(option, postgres), reader.origin(option)]),
    ]),
    ...table([
      ['Server modules', '', ''],
      ...modules.map(({ addon, entry, loaded }) => [addon, loaded ? 'loaded' : 'failed', entry]),
    ]),
    ...table([
      ['Namespaces', 'of', 'events'],
      ...namespaces.flatMap(({ path, addon, events }) =>
        orNone(events.map(eventText)).map((text, index) =>
          index === 0 ? [path, addon, text] : ['', '', text],
        ),
      ),
    ]),
    ...table([
      ['Adapters', 'channel', 'mode', 'key'],
      ...adapters.map(({ key, channel, mode, adapter }) => [key, channel, mode, adapter.key ?? '']),
    ]),
    ...table([
      ['Databases', 'PostgreSQL', 'web_socketio', 'tables', 'server modules'],
      ...databases.map((database) => databaseRow(database, new Set(modules.map(({ addon }) => addon)))),
    ]),
    ...(python.length === 0
      ? []
      : table([['Declared in Python, last 7 days', '', 'of', 'events, or channel and mode'], ...python])),
    ...table([['Connections', ''], ...databases.map(({ name, link }) => [name, link ?? 'none'])]),
    ...table([
      ['Odoo', 'asked as', ''],
      ...facts.hosts.map(({ database, host, opens }) => [
        database,
        host,
        opens ? 'opens it' : 'does not open it',
      ]),
    ]),
    ...table([["Odoo's own bus", ''], ...busRows(databases, eventedUrl)]),
    ...table([
      ['Others', '', ''],
      ['Odoo', odooUrl, facts.odooReachable ? 'answers' : 'does not answer'],
      ...(eventedUrl === null
        ? []
        : [['evented worker', eventedUrl, facts.eventedReachable === true ? 'answers' : 'does not answer']]),
      ['port', `${host}:${port}`, facts.port],
    ]),
    ...(problems.length === 0 ? ['No problems.'] : ['Problems', ...problems.flatMap(problemLines)]),
  ].join('\n');
}

function databaseRow(
  { name, version, installed, schema }: DatabaseFacts,
  known: ReadonlySet<string>,
): string[] {
  if (version === null) return [name, 'unreachable', '', '', ''];
  if (installed === null) return [name, version, 'not installed', '', ''];
  return [
    name,
    version,
    'installed',
    schema === null ? 'unusable' : `version ${schema}`,
    [...installed]
      .filter((addon) => known.has(addon))
      .sort()
      .join(', '),
  ];
}

/** What the doctor calls `bus_refused`, a problem: it sees where the proxy sends `/websocket`. */
const NOT_SERVED = [
  'a problem from Odoo 16.0 on, if the proxy sends /websocket here: it is answered 503, and Discuss hears nothing.',
  'Then install web_socketio_bus, set WEB_SOCKETIO_EVENTED_URL, or send /websocket to Odoo.',
  'web_socketio doctor <site> looks where it goes',
];

/** Who serves `/websocket` for each database, where the proxy sends that to the sidecar. */
function busRows(databases: readonly DatabaseFacts[], eventedUrl: string | null): string[][] {
  const elsewhere =
    eventedUrl === null ? 'not served, without web_socketio_bus' : `passed on to ${eventedUrl}`;
  const rows = databases.map((database) => [
    database.name,
    hasBus(database) ? 'served, with web_socketio_bus' : elsewhere,
  ]);
  // Whoever does not send it to the sidecar has no problem, and where the proxy sends it is not known here.
  if (databases.length === 0 || databases.some(hasBus) || eventedUrl !== null) return rows;
  return [...rows, ...NOT_SERVED.map((line) => ['', line])];
}

function hasBus({ installed }: DatabaseFacts): boolean {
  return installed?.has('web_socketio_bus') === true;
}

function eventText({ event, eventtype = 'on', addon }: EventDescription): string {
  const when = eventtype === 'on' ? '' : `${eventtype}: `;
  return `${when}${event}${addon === undefined ? '' : ` (${addon})`}`;
}

function orNone(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? ['none'] : texts;
}

/** Columns as wide as their widest cell; the first row is the heading, and an empty line follows. */
function table(rows: readonly (readonly string[])[]): string[] {
  const [heading = [], ...body] = rows;
  const cells = [heading, ...body.map(([first = '', ...rest]) => [`  ${first}`, ...rest])];
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...(body.length === 0 ? ['  none'] : []), ''];
}

function problemLines(text: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
