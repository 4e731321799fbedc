/** A record in a list or kanban, as far as it has to look the same after a reload. */
export interface ListRecord {
  /** Of Odoo's object in this page, and of the row or card that shows it. */
  id: string;
  readonly resId: number | false;
  selected?: boolean;
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
  readonly #records = new Map<Place, ListRecord>();
  readonly #groups = new Map<Place, string>();

  constructor(list: RecordList) {
    walk(
      list,
      (place, record) => this.#records.set(place, record),
      (place, { id }) => this.#groups.set(place, id),
    );
  }

  /** @param withGroups not in a kanban: columns are known by what they stand for, and progress bars by the id */
  giveTo(list: RecordList, { withGroups }: { withGroups: boolean }): void {
    const left = new Map(this.#records);
    const moved: ListRecord[] = [];
    walk(
      list,
      (place, record) => {
        const before = left.get(place);
        if (before === undefined) moved.push(record);
        else take(record, before);
        left.delete(place);
      },
      (place, group) => {
        const before = this.#groups.get(place);
        if (withGroups && before !== undefined) group.id = before;
      },
    );
    const byId = new Map([...left.values()].map((record) => [record.resId, record]));
    for (const record of moved) {
      const before = byId.get(record.resId);
      if (before !== undefined) take(record, before);
      byId.delete(record.resId);
    }
  }
}

function take(record: ListRecord, before: ListRecord): void {
  record.id = before.id;
  if (before.selected) record.selected = true;
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
