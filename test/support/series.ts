import { inject } from 'vitest';
import type { Series } from './odoo-series.ts';
import { odoo14 } from './odoo14.ts';
import { odoo16 } from './odoo16.ts';
import { odoo17 } from './odoo17.ts';
import { odoo18 } from './odoo18.ts';
import { odoo19 } from './odoo19.ts';
import { odoo19Oca } from './odoo19-oca.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    series: keyof typeof SERIES;
  }
}

const SERIES = { odoo14, odoo16, odoo17, odoo18, odoo19, 'odoo19-oca': odoo19Oca };

/** The series that this run of the tests is about. */
export const series: Series = SERIES[inject('series')];
