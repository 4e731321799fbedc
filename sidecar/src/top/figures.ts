/** How numbers are written: short, so that a row holds many. */

/** How many: `999`, `12,345`, `1.2M`. */
export function count(value: number): string {
  return value >= 1_000_000
    ? `${(value / 1_000_000).toFixed(1)}M`
    : Math.round(value).toLocaleString('en-US');
}

/** How many in a second: `0`, `0.3`, `12`, `4.5k`. */
export function rate(value: number): string {
  if (value >= 9_999.5) return `${(value / 1_000).toFixed(1)}k`;
  return value === 0 || value >= 9.95 ? count(value) : value.toFixed(1);
}

/** @param seconds as `3 ms`, `1.5 s`, `12 s`, `4 min`, `2 h`, `5 d` */
export function duration(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds < 0.9995) return `${seconds > 0 && seconds < 0.00095 ? '<1' : Math.round(seconds * 1_000)} ms`;
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  if (seconds < 119.5) return `${Math.round(seconds)} s`;
  if (seconds < 7_170) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** As `512 kB`, `182 MB`. */
export function bytes(value: number): string {
  return value < 1_000_000 ? `${Math.round(value / 1_000)} kB` : `${count(value / 1_000_000)} MB`;
}

/** @param share of one processor */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
