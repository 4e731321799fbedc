/** What the tests use of the clients of Socket.IO 1 and 2, which bring no types. */
interface OldSocket {
  readonly connected: boolean;
  readonly io: { readonly engine: { readonly transport: { readonly name: string } } };
  on(event: string, listener: (...args: unknown[]) => void): OldSocket;
  once(event: string, listener: (...args: unknown[]) => void): OldSocket;
  emit(event: string, ...args: unknown[]): OldSocket;
  close(): OldSocket;
}

interface OldOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly transports?: readonly string[];
  readonly forceNew?: boolean;
  readonly reconnection?: boolean;
}

declare module 'socket.io-client-1' {
  const io: (url: string, options?: OldOptions) => OldSocket;
  export default io;
}

declare module 'socket.io-client-2' {
  const io: (url: string, options?: OldOptions) => OldSocket;
  export default io;
}
