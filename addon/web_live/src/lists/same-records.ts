import { changedFields, type FieldTexts, textsOf } from '../page/field-texts.ts';

/** A record in a list or kanban, as far as it has to look the same after a reload. */
export interface ListRecord {
  /** Of Odoo's object in this page, and of the row or card that shows it. */
  id: string;
  readonly resId: number | false;
  selected?: boolean;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What a reload has brought to the screen. */
export interface News {
  /** Records of which something else is shown now, or elsewhere: a change of what the view leaves out is none. */
  readonly changed: ReadonlySet<number>;
  /** Records that were not shown before. */
  readonly fresh: ReadonlySet<number>;
}

interface Before {
  readonly record: ListRecord;
  readonly texts: FieldTexts;
}

export interface ListGroup {
  id: string;
  readonly value: unknown;
  readonly list: RecordList;
}

export interface RecordList {
  readonly records: readonly ListRecord[];
  readonly groups?: readonly ListGroup[];
}

/** A record may be in several groups. */
type Place = string;

/**
 * What Odoo forgets when it loads a list anew: it makes new objects for all records, with new ids, so all rows are drawn
 * anew, without focus, selection, or the menu that was open in one. With their old ids they stay, and only what differs is drawn.
 */
export class SameRecords {
  readonly #records = new Map<Place, Before>();
  readonly #groups = new Map<Place, string>();

  constructor(list: RecordList) {
    walk(
      list,
      (place, record) => this.#records.set(place, { record, texts: textsOf(record.data ?? {}) }),
      (place, { id }) => this.#groups.set(place, id),
    );
  }

  /** @param withGroups not in a kanban: columns are known by what they stand for, and progress bars by the id */
  giveTo(list: RecordList, { withGroups }: { withGroups: boolean }): News {
    const [changed, fresh] = [new Set<number>(), new Set<number>()];
    const left = new Map(this.#records);
    const moved: ListRecord[] = [];
    walk(
      list,
      (place, record) => {
        const before = left.get(place);
        if (before === undefined) moved.push(record);
        else {
          take(record, before);
          if (isChanged(record, before)) note(changed, record);
        }
        left.delete(place);
      },
      (place, group) => {
        const before = this.#groups.get(place);
        if (withGroups && before !== undefined) group.id = before;
      },
    );
    const byId = new Map([...left.values()].map((before) => [before.record.resId, before]));
    for (const record of moved) {
      const before = byId.get(record.resId);
      if (before !== undefined) take(record, before);
      note(before === undefined ? fresh : changed, record);
      byId.delete(record.resId);
    }
    return { changed, fresh };
  }
}

function take(record: ListRecord, before: Before): void {
  record.id = before.record.id;
  if (before.record.selected) record.selected = true;
}

function isChanged({ data }: ListRecord, { texts }: Before): boolean {
  return changedFields(texts, textsOf(data ?? {})).length > 0;
}

function note(changed: Set<number>, { resId }: ListRecord): void {
  if (resId !== false) changed.add(resId);
}

/** @returns the stored records, each once, in the order in which they are shown */
export function idsOf(records: readonly ListRecord[]): number[] {
  return [...new Set(records.flatMap(({ resId }) => (typeof resId === 'number' ? [resId] : [])))];
}

function walk(
  { groups, records }: RecordList,
  onRecord: (place: Place, record: ListRecord) => void,
  onGroup: (place: Place, group: ListGroup) => void,
  place: Place = '',
): void {
  if (groups === undefined) {
    for (const record of records) if (record.resId !== false) onRecord(`${place}#${record.resId}`, record);
    return;
  }
  for (const group of groups) {
    const inner = `${place}/${JSON.stringify(group.value ?? false)}`;
    onGroup(inner, group);
    walk(group.list, onRecord, onGroup, inner);
  }
}
