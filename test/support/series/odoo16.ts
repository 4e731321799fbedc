import type { Series } from './odoo-series.ts';
import { odoo17 } from './odoo17.ts';

export const odoo16: Series = {
  ...odoo17,
  name: 'Odoo 16',
  folder: 'odoo16',
  hasLiveViews: false,
  dialect: { ...odoo17.dialect, employee: {} },
  webClient: {
    ...odoo17.webClient,
    showCompanies: "void (document.cookie = 'cids=1,2; path=/', location.href = '/web')",
    disconnect:
      "odoo.__DEBUG__.services['@web_longpolling/longpolling_socket'].longpolling_socket.disconnect()",
    connected:
      "odoo.__DEBUG__.services['@web_longpolling/longpolling_socket']?.longpolling_socket.connected === true",
  },
};
