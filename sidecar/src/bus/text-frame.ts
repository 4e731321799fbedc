const TEXT = 0x81;

/**
 * A text frame as servers send it, header and payload in one buffer: it may be given to any number of sockets.
 * `ws` writes each frame in two pieces, and makes its header for each socket.
 */
export function textFrame(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame.writeUInt8(TEXT, 0);
  frame.writeUInt8(start === 2 ? length : start === 4 ? 126 : 127, 1);
  if (start === 4) frame.writeUInt16BE(length, 2);
  if (start === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(payload, start);
  return frame;
}
