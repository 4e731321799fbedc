/** What the token route is told of a page's companies. */
export interface Companies {
  readonly company_ids?: readonly number[];
}

/**
 * The companies that this very page shows, its main one first. The cookie `cids` is the one of the tab that was opened
 * last. Nothing is told if the web client does not say.
 *
 * @param context of the web client's user: Odoo 14 to 19 keep them there as `allowed_company_ids`
 */
export function companiesOf(context: unknown): Companies {
  const { allowed_company_ids: ids }: { allowed_company_ids?: unknown } = Object(context);
  const isKnown = Array.isArray(ids) && ids.length > 0 && ids.every(Number.isSafeInteger);
  return isKnown ? { company_ids: [...ids] } : {};
}
