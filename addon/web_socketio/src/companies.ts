/** What the page tells the token route about its companies. */
export interface Companies {
  readonly company_ids?: readonly number[];
}

/**
 * The companies that this page shows, its main one first. The cookie `cids` would be that of the tab that was opened last.
 * Empty if the web client does not say.
 *
 * @param context of the web client's user: Odoo 14 to 19 keep them there as `allowed_company_ids`
 */
export function companiesOf(context: unknown): Companies {
  const { allowed_company_ids: ids }: { allowed_company_ids?: unknown } = Object(context);
  const isKnown = Array.isArray(ids) && ids.length > 0 && ids.every(Number.isSafeInteger);
  return isKnown ? { company_ids: [...ids] } : {};
}
