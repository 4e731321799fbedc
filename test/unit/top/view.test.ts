import { expect, it } from 'vitest';
import type { Sort } from '../../../sidecar/src/top/handlers.ts';
import type { Reading } from '../../../sidecar/src/top/reading.ts';
import { Readings } from '../../../sidecar/src/top/readings.ts';
import { readRefusals } from '../../../sidecar/src/top/refusal-list.ts';
import { readSamples } from '../../../sidecar/src/top/samples.ts';
import { view } from '../../../sidecar/src/top/view.ts';

const DATE = new Date(Date.UTC(2026, 10, 29, 21, 0, 0));

function reading(at: number, lines: readonly string[], refusals: readonly object[] | null = []): Reading {
  const refused = readRefusals({ server: 'web_socketio', release: '1.0.0', refusals });
  const text = ['process_start_time_seconds 1', ...lines].join('\n');
  return { at, date: DATE, samples: readSamples(text), refused };
}

/** The rows of one section as texts, by the titles of its columns. */
function rows(readings: readonly Reading[], title: string, sort: Sort = 'time') {
  const all = new Readings(60_000);
  for (const one of readings) all.add(one);
  const section = view(all, sort)?.sections.find((one) => one.title.startsWith(title));
  return section?.rows.map((row) =>
    Object.fromEntries(section.columns.map((column, index) => [column.title, row[index]?.text])),
  );
}

const histogram = (event: string, buckets: readonly number[], sum: number) => {
  const labels = `db="mydb",namespace="/echo",event="${event}"`;
  const count = buckets.at(-1);
  return [
    ...['0.01', '0.1', '+Inf'].map(
      (le, n) => `web_socketio_handler_seconds_bucket{le="${le}",${labels}} ${buckets[n]}`,
    ),
    `web_socketio_handler_seconds_sum{${labels}} ${sum}`,
    `web_socketio_handler_seconds_count{${labels}} ${count}`,
    `web_socketio_handlers_running{${labels}} ${event === 'fast' ? 2 : 0}`,
  ];
};

it('shows the slowest handlers first, by what they took of late, and in another order if it is asked', () => {
  const before = [...histogram('slow', [0, 0, 1], 40), ...histogram('fast', [100, 100, 100], 0.1)];
  const now = [...histogram('slow', [0, 10, 11], 40.5), ...histogram('fast', [299, 300, 300], 0.3)];
  const both = [reading(0, before), reading(10_000, now)];
  expect(rows(both, 'Handlers')).toEqual([
    {
      HANDLER: '/echo slow',
      DATABASE: 'mydb',
      TOOK: '50 ms',
      '95 %': '≤100 ms',
      'RUNS/S': '1.0',
      RUNNING: '0',
      RUNS: '11',
    },
    {
      HANDLER: '/echo fast',
      DATABASE: 'mydb',
      TOOK: '1 ms',
      '95 %': '≤10 ms',
      'RUNS/S': '20',
      RUNNING: '2',
      RUNS: '300',
    },
  ]);
  const first = (sort: Sort) => rows(both, 'Handlers', sort)?.[0]?.['HANDLER'];
  expect([first('time'), first('runs'), first('running')]).toEqual([
    '/echo slow',
    '/echo fast',
    '/echo fast',
  ]);
  // Since the beginning, where there is nothing later; the last bucket has no end.
  expect(rows([reading(0, before)], 'Handlers')?.[0]).toMatchObject({
    TOOK: '40 s',
    '95 %': '>30 s',
    'RUNS/S': '–',
  });
});

it('says what to do where no page is connected', () => {
  const hint = (pages: readonly string[]) => {
    const all = new Readings(60_000);
    all.add(reading(0, pages));
    return view(all, 'time')?.hint;
  };
  expect(hint(['web_socketio_pages 0'])).toBe('No page is connected: run web_socketio doctor <site>');
  expect(hint(['web_socketio_pages 3'])).toBeNull();
  expect(hint([])).toBeNull();
});

it('names the database of each row where there are several, and says what is wrong with one', () => {
  const lines = [
    'web_socketio_postgres_connected{db="a"} 1',
    'web_socketio_postgres_connected{db="b"} 0',
    'web_socketio_problems{db="b",code="postgres_unreachable"} 1',
    'web_socketio_database_pages{db="a",transport="websocket"} 3',
    'web_socketio_database_pages{db="a",transport="polling"} 1',
    'web_socketio_sockets{db="a",namespace="/echo",transport="websocket"} 3',
    'web_socketio_model_calls_running{db="a"} 0',
    'web_socketio_model_calls_running{db="b"} 2',
    'web_socketio_model_calls_waiting{db="b"} 1',
    'web_socketio_queue_waiting{db="a",channel="mail"} 12',
    'web_socketio_queue_oldest_seconds{db="a",channel="mail"} 300',
    'web_socketio_queue_dead{db="a",channel="mail"} 2',
  ];
  expect(rows([reading(0, lines)], 'Databases')).toMatchObject([
    { DATABASE: 'a', STATE: 'connected', PAGES: '4', 'EVENTS/S': '–' },
    { DATABASE: 'b', STATE: 'postgres_unreachable', PAGES: '–' },
  ]);
  expect(rows([reading(0, lines)], 'Namespaces')).toMatchObject([
    { NAMESPACE: '/echo', DATABASE: 'a', SOCKETS: '3' },
  ]);
  // Of a database without calls there is nothing to say.
  expect(rows([reading(0, lines)], 'Model calls')).toEqual([
    { 'MODEL CALLS': 'b', 'CALLS/S': '0', RUNNING: '2', WAITING: '1', TOOK: '–', 'ERRORS/S': '0' },
  ]);
  expect(rows([reading(0, lines)], 'Queues')).toEqual([
    { QUEUE: 'mail', DATABASE: 'a', WAITING: '12', OLDEST: '5 min', TAKEN: '–', DEAD: '2' },
  ]);
  expect(
    rows(
      [
        reading(
          0,
          lines.filter((line) => !line.includes('"b"')),
        ),
      ],
      'Queues',
    ),
  ).toEqual([{ QUEUE: 'mail', WAITING: '12', OLDEST: '5 min', TAKEN: '–', DEAD: '2' }]);
});

it('says who was refused, and that it cannot know where nobody tells', () => {
  const refusal = {
    code: 'session_ended',
    level: 'info',
    way: 'namespace',
    db: 'mydb',
    user: 7,
    path: '/echo',
  };
  const more = {
    address: '192.0.2.7',
    origin: '"https://erp.example.com"',
    at: DATE.getTime() - 4_200,
    times: 3,
  };
  expect(rows([reading(0, [], [{ ...refusal, ...more }, { code: 7 }])], 'Refused')).toEqual([
    {
      AGO: '4 s',
      REFUSED: 'session_ended',
      TIMES: '3',
      WHO: 'user 7 of mydb, /echo',
      FROM: '192.0.2.7',
      'PAGE OF': '"https://erp.example.com"',
    },
    expect.objectContaining({ REFUSED: '', TIMES: '1', FROM: '–' }),
  ]);
  const readings = new Readings(1_000);
  readings.add(reading(0, [], null));
  expect(view(readings, 'time')?.sections.at(-1)?.none).toContain('by its IP address');
});
