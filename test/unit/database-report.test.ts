import pg from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DatabaseReport } from '../../sidecar/src/database/database-report.ts';
import { LineLog } from '../../sidecar/src/observability/line-log.ts';

function start() {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const lines: string[] = [];
  const report = new DatabaseReport(new LineLog((line) => lines.push(line), 1), 'mydb');
  report.connected();
  lines.length = 0;
  return { report, lines, codes: () => report.troubles.map(({ code }) => code) };
}

function fromPostgres(code: string, text = 'no'): pg.DatabaseError {
  const error = new pg.DatabaseError(text, 0, 'error');
  error.code = code;
  return error;
}

it('says once a minute what fails again and again, whatever it quotes, and once that it is over', () => {
  const { report, lines, codes } = start();
  const queues = report.about('queues');
  for (let id = 1; id <= 100; id += 1) queues.failed(fromPostgres('P0001', `message ${id} is refused`));
  expect(lines).toHaveLength(1);
  expect(codes()).toEqual(['postgres_error']);
  vi.advanceTimersByTime(60_000);
  queues.failed(fromPostgres('P0001', 'message 101 is refused'));
  expect(lines).toHaveLength(2);
  for (let time = 0; time < 3; time += 1) queues.worked();
  expect(lines.slice(2)).toEqual([expect.stringContaining(': Queues are served again')]);
  expect(codes()).toEqual([]);
});

it('names two parts that fail for one reason as one problem, until both work', () => {
  const { report, codes } = start();
  const [queues, heartbeat] = [report.about('queues'), report.about('heartbeat')];
  queues.failed(fromPostgres('25006'));
  heartbeat.failed(fromPostgres('25006'));
  expect(codes()).toEqual(['database_read_only']);
  queues.worked();
  expect(codes()).toEqual(['database_read_only']);
  heartbeat.worked();
  expect(codes()).toEqual([]);
});

it('leaves it to the subscription to say that PostgreSQL is away, and to be back', () => {
  const { report, lines, codes } = start();
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  report.failed(away, 100);
  report.about('queues').failed(away);
  expect(lines).toHaveLength(1);
  report.connected();
  expect(lines).toHaveLength(2);
  expect(codes()).toEqual([]);
});

it('does not go on naming what nobody has asked for since', async () => {
  const { report, codes } = start();
  const locked = fromPostgres('55P03');
  await expect(report.during('sessions', () => Promise.reject(locked))).rejects.toBe(locked);
  report.about('acknowledgements').failed(fromPostgres('57014'));
  expect(codes()).toEqual(['table_locked', 'postgres_slow']);
  vi.advanceTimersByTime(60_001);
  expect(codes()).toEqual(['postgres_slow']);
});
