import type { Series } from './odoo-series.ts';
import { odoo19 } from './odoo19.ts';

/** Odoo 19 with what OCA's addons import. */
export const odoo19Oca: Series = { ...odoo19, name: "Odoo 19 with OCA's addons", folder: 'oca' };
