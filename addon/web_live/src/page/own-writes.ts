/** What Odoo's web client tells of each request, in all series the same as far as it is read here. */
interface RpcEvent extends Event {
  readonly detail?: { readonly data?: { readonly params?: { readonly method?: unknown } } };
}

/** A message may come before the answer of the request that caused it, or soon after. */
const AFTER_MS = 3_000;

const READS =
  /^(web_read|web_search|web_name_search|read|search|name_search|onchange|default_get|fields_get|get_|has_|check_|formatted_|load_)/;

/** Whether a change of the page's own user was most likely made by this very page, and not in another tab. */
export class OwnWrites {
  #running = 0;
  #last = Number.NEGATIVE_INFINITY;

  #isHeard = false;

  /** @param bus where Odoo says what it asks its server */
  constructor(bus: EventTarget | undefined) {
    if (bus) this.listen(bus);
  }

  /** In 17.0 that is the bus of all, which is there when the first view is. Only the first one counts. */
  listen(bus: EventTarget): void {
    if (this.#isHeard) return;
    this.#isHeard = true;
    bus.addEventListener('RPC:REQUEST', (event) => {
      if (isWrite(event)) this.#running += 1;
    });
    bus.addEventListener('RPC:RESPONSE', (event) => {
      if (!isWrite(event)) return;
      this.#running = Math.max(0, this.#running - 1);
      this.#last = performance.now();
    });
  }

  get isRecent(): boolean {
    return this.#running > 0 || performance.now() - this.#last < AFTER_MS;
  }
}

function isWrite(event: RpcEvent): boolean {
  const method = event.detail?.data?.params?.method;
  return typeof method === 'string' && !READS.test(method);
}
