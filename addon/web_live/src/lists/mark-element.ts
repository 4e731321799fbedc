const MARKED = 'o_web_live_changed';
const NAME = 'data-web-live-name';

/** Marks a row or card softly for a few seconds: the style sheet ends it. */
export function markElement(element: Element, name: Promise<string | undefined>): void {
  element.classList.remove(MARKED);
  // A style has to be computed in between, or the animation would not begin anew.
  void element.getBoundingClientRect();
  element.classList.add(MARKED);
  const labelled = labelledBy(element);
  labelled.removeAttribute(NAME);
  void name.then((text) => {
    if (text !== undefined) labelled.setAttribute(NAME, text);
  });
  const end = ({ target }: Event) => {
    if (target !== element && target !== labelled) return;
    element.removeEventListener('animationend', end);
    element.classList.remove(MARKED);
    labelled.removeAttribute(NAME);
  };
  element.addEventListener('animationend', end);
}

/** A row of a table has no place of its own for a label: its first cell with a value has. */
function labelledBy(element: Element): Element {
  return element.querySelector(':scope > td.o_data_cell') ?? element;
}
