/** The halves of xmlrpc that do no I/O; its types describe the other ones only. */
declare module 'xmlrpc/lib/serializer.js' {
  const serializer: { serializeMethodCall(method: string, params: readonly unknown[]): string };
  export default serializer;
}

declare module 'xmlrpc/lib/deserializer.js' {
  /** What it takes for a stream: it pipes it into a parser. */
  interface Source {
    setEncoding(encoding: string): void;
    on(event: 'error', listener: (error: Error) => void): void;
    pipe(parser: { end(text: string): void }): void;
  }

  export default class Deserializer {
    /** A fault is an error with `faultCode` and `faultString`. */
    deserializeMethodResponse(source: Source, done: (error: unknown, result: unknown) => void): void;
  }
}
