import type { Column, Line } from './table.ts';

/** A table of the view. */
export interface Section {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Line[];
  /** What stands there without rows. */
  readonly none: string;
}
