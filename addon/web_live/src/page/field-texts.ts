/** The values of a record in a view, each as a text that differs when the value does. */
export type FieldTexts = ReadonlyMap<string, string>;

export function textsOf(data: Readonly<Record<string, unknown>>): FieldTexts {
  return new Map(Object.entries(data).map(([name, value]) => [name, textOf(value)]));
}

/** @returns the names of those that are not what they were */
export function changedFields(before: FieldTexts, after: FieldTexts): string[] {
  return [...after].flatMap(([name, text]) => (before.get(name) === text ? [] : [name]));
}

/** Odoo has objects of its own for dates and for lists of records. A list refers to its record: JSON would never end. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
  const ids: unknown = Reflect.get(value, 'currentIds');
  if (Array.isArray(ids)) return ids.join();
  if ('toISO' in value && typeof value.toISO === 'function') return String(value.toISO());
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}
