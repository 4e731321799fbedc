/** Counts what is read: the logs of one database share it, so that a place means the same in all of them. */
export class Sequence {
  /** Greater than the number of any message that was read, less than that of any to come. */
  value = 0;
}
