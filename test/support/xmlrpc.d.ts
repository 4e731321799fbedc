/** What the tests use of it. */
declare module 'xmlrpc' {
  interface Client {
    methodCall(
      method: string,
      params: readonly unknown[],
      done: (error: unknown, value: unknown) => void,
    ): void;
  }

  const xmlrpc: { createClient(options: { url: string }): Client };
  export default xmlrpc;
}
