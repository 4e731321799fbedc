/** What goes over the connections of pages, as Engine.IO counts it. */
export class Traffic {
  sentPackets = 0;
  /** Of their texts, and bytes of what is binary: before compression, without frames and HTTP. */
  sentCharacters = 0;
  receivedPackets = 0;
  receivedCharacters = 0;
}
