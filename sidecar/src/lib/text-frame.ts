const TEXT = 0x81;
const NOTHING = Buffer.alloc(0);

/**
 * A text frame as servers send it, header and payload in one buffer: it may be given to any number of sockets.
 * `ws` writes each frame in two pieces, and makes its header for each socket.
 *
 * @param payload all of it, or what follows `start`
 * @param start how the payload begins, in UTF-8: what many frames have in common is encoded once
 */
export function textFrame(payload: string, start: Buffer = NOTHING): Buffer {
  const length = start.length + Buffer.byteLength(payload);
  const offset = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(offset + length);
  frame[0] = TEXT;
  frame[1] = offset === 2 ? length : offset === 4 ? 126 : 127;
  if (offset === 4) frame.writeUInt16BE(length, 2);
  if (offset === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.set(start, offset);
  frame.write(payload, offset + start.length);
  return frame;
}
