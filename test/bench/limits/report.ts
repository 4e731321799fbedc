import { carried, extrapolate, type Step } from './ramp.ts';

const HEADINGS = ['load', 'carried', 'core', 'PostgreSQL', 'p50 / p99 ms', 'MB', 'limit', 'extrapolated'];

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const ms = (time: number) => (time >= 10 ? time.toFixed(0) : time.toFixed(1));
const count = (value: number) => value.toLocaleString('en');

/** One load and how it was carried, for somebody who waits for the end. */
export function stepLine({ value, reading, full }: Step): string {
  if (reading === null) return `${count(value)}: full: ${full}`;
  const { loop, sidecar, postgres, machine, p50, p99, megabytes, committed } = reading;
  return [
    `${count(value)}: core ${percent(loop)} (process ${percent(sidecar)})`,
    `PostgreSQL ${percent(postgres)} of a core, machine ${percent(machine)}`,
    `p50 ${ms(p50)} ms, p99 ${ms(p99)} ms, ${megabytes.toFixed(0)} MB`,
    `${percent(committed)} of the messages${full === null ? '' : ` — full: ${full}`}`,
  ].join(', ');
}

/** What was measured, and apart from it what was not. */
export function tableLines(ramps: readonly { name: string; steps: readonly Step[] }[]): string[] {
  const table = [HEADINGS, ...ramps.map(({ name, steps }) => [name, ...toCells(steps)])];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function toCells(steps: readonly Step[]): string[] {
  const held = carried(steps).at(-1);
  const over = steps.find(({ full }) => full !== null);
  const limit = over === undefined ? 'not reached' : `${count(over.value)}: ${over.full}`;
  const beyond = extrapolate(steps);
  const told = beyond === null ? '' : `≈ ${count(Number(beyond.toPrecision(2)))}`;
  if (held === undefined) return ['none', '', '', '', '', limit, told];
  const { loop, postgres, p50, p99, megabytes } = held.reading;
  const times = `${ms(p50)} / ${ms(p99)}`;
  return [count(held.value), percent(loop), percent(postgres), times, megabytes.toFixed(0), limit, told];
}
