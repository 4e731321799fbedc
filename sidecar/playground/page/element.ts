/** Finds an element that the page's own HTML holds. */
export function find<E extends HTMLElement>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with the id '${id}'.`);
}

/** Makes an element with a class and children; texts are never read as HTML. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** Shows a text, or hides the element if there is none. */
export function say(element: HTMLElement, text: string): void {
  element.textContent = text;
  element.hidden = text === '';
}

/** Adds a line at the end, and follows it unless the user has scrolled away; the oldest lines go. */
export function append(list: HTMLElement, line: Node, most: number): void {
  const follows = isAtEnd(list);
  list.append(line);
  while (list.childNodes.length > most) list.firstChild?.remove();
  if (follows) list.scrollTop = list.scrollHeight;
}

/** Keeps the end of a list in sight when its size changes, as when a telephone is turned, unless the user has scrolled away. */
export function stayAtEnd(list: HTMLElement): void {
  let stays = true;
  let size = '';
  const sizeOf = () => `${list.clientWidth} ${list.clientHeight}`;
  list.addEventListener('scroll', () => {
    // With another size the browser scrolls by itself, and tells of that before the observer.
    if (sizeOf() === size) stays = isAtEnd(list);
  });
  new ResizeObserver(() => {
    size = sizeOf();
    if (stays) list.scrollTop = list.scrollHeight;
  }).observe(list);
}

function isAtEnd(list: HTMLElement): boolean {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 40;
}
