import type { ConnectionState } from './connection-state.ts';
import { detailsOf, lineOf } from './connection-text.ts';
import { copierOf } from './copier.ts';

const ITEM = 'o_web_socketio_state';

/**
 * Puts an item that says how the page is connected into the user menu each time it opens, so that it is never old.
 *
 * Bootstrap's event tells of it, and not Odoo's widget: a theme that brings another menu has no widget to extend, and without
 * the event nothing happens.
 */
export function addStateItem(page: { readonly state: ConnectionState }, Dialog: Odoo.LegacyDialog): void {
  $(document).on('show.bs.dropdown', '.o_user_menu', ({ currentTarget }) => {
    const menu = currentTarget.querySelector('.dropdown-menu');
    const item = menu?.querySelector(`.${ITEM}`) ?? menu?.insertBefore(makeItem(), firstOwn(menu));
    if (item) item.textContent = lineOf(page.state);
  });

  const makeItem = () => {
    const item = document.createElement('a');
    item.href = '#';
    item.className = `dropdown-item ${ITEM}`;
    item.setAttribute('role', 'menuitem');
    item.addEventListener('click', (event) => {
      event.preventDefault();
      showState(detailsOf(page.state), Dialog, item.closest('.o_user_menu')?.querySelector('a'));
    });
    return item;
  };
}

/** Above the user's own preferences, or at the end. */
function firstOwn(menu: Element): Element | null {
  return menu.querySelector('[data-menu=settings]');
}

/** @param opener gets the focus back */
function showState(text: string, Dialog: Odoo.LegacyDialog, opener: HTMLElement | null | undefined): void {
  const body = document.createElement('div');
  body.style.whiteSpace = 'pre-wrap';
  body.textContent = text;
  const copy = copierOf(text);
  const copyAndSay = async () => {
    const isCopied = await copy?.();
    note.textContent = isCopied ? 'Copied' : 'Not copied';
  };
  // Read out when it changes.
  const note = body.appendChild(document.createElement('p'));
  note.setAttribute('role', 'status');
  const dialog = new Dialog(null, {
    ...{ title: 'Real time', size: 'medium', $content: $(body) },
    buttons: [
      ...(copy ? [{ text: 'Copy', classes: 'btn-primary', click: copyAndSay }] : []),
      { text: 'Close', close: true },
    ],
  });
  dialog.open({ shouldFocusButtons: true }).on('closed', null, () => opener?.focus());
}
