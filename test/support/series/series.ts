import { inject } from 'vitest';
import type { Series } from './odoo-series.ts';
import { odoo19Oca } from './odoo19-oca.ts';
import { SERIES_TABLE } from './series-table.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    series: keyof typeof SERIES;
  }
}

const SERIES = { ...SERIES_TABLE, 'odoo19-oca': odoo19Oca };

/** The series that this run of the tests is about. */
export const series: Series = SERIES[inject('series')];
