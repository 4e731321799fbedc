/** An event for which a namespace has a handler, as `--check-config` lists it. */
export interface EventDescription {
  readonly event: string;
  /** Whose code handles it; that of the addon which declares the namespace, unless given. */
  readonly addon?: string;
  /** When, if not at the event itself: `connect`, `disconnect`. */
  readonly eventtype?: string;
}

/** The events that find their handlers as methods `on_<event>` of a class. What `base` has is no event. */
export function describeMethods(nameSpace: { readonly prototype: object }, base: object): EventDescription[] {
  const events = new Set<string>();
  for (
    let prototype: unknown = nameSpace.prototype;
    typeof prototype === 'object' && prototype !== null && prototype !== base;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (name.startsWith('on_') && !(name in base)) events.add(name.slice('on_'.length));
    }
  }
  return [...events].map((event) => ({ event }));
}
