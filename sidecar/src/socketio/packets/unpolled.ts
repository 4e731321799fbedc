/** What is looked at of an Engine.IO connection. */
interface Closing {
  readonly transport: { readonly shouldClose?: (() => void) | null };
}

/**
 * Ends the long-polling connections that were closed while no request of their page was here. Engine.IO waits 30 s for
 * that request, to answer it that this is the end, and whoever is on a slow link sends it to a port that is closed by
 * now. The timer kept the process alive, and the log said that a server module had left something open.
 *
 * @param engine the Engine.IO server: it has been closed
 */
export function endUnpolled(engine: object): void {
  const clients: Readonly<Record<string, Closing>> = Reflect.get(engine, 'clients');
  for (const { transport } of Object.values(clients)) transport.shouldClose?.();
}
