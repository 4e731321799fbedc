import type { Series } from './odoo-series.ts';
import { odoo14 } from './odoo14.ts';
import { odoo16 } from './odoo16.ts';
import { odoo17 } from './odoo17.ts';
import { odoo18 } from './odoo18.ts';
import { odoo19 } from './odoo19.ts';

/**
 * The series of Odoo that the tests can run on, by the name of their Vitest project. Each runs `test/odoo` and the folder of
 * its own name. A new one takes one line here, such as `odoo20: { ...odoo19, name: 'Odoo 20', folder: 'odoo20' }`, and a
 * file only where its web client is used in another way.
 */
export const SERIES_TABLE = { odoo14, odoo16, odoo17, odoo18, odoo19 } satisfies Record<string, Series>;

export type SeriesName = keyof typeof SERIES_TABLE;

export const SERIES_NAMES = Object.keys(SERIES_TABLE).filter(
  (name): name is SeriesName => name in SERIES_TABLE,
);
