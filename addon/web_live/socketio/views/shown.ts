import { SocketIOError } from 'web_socketio';
import type { Shown, ShownList } from '../protocol.ts';

/** More ids of one view are left out. */
export const MOST_IDS = 1_000;
/** Of a domain with its context, as JSON: a thousand pages have one each. */
const MOST_TEXT = 64_000;
const MOST_ID = 2 ** 31 - 1;

type Values = Readonly<Record<string, unknown>>;

/** Names what a page has sent. @throws SocketIOError `view_invalid` */
export function toShown(sent: unknown): Shown {
  if (!isValues(sent)) throw invalid('what it shows', sent);
  const { view, version, model, ids, age, mark, again, context, list } = sent;
  if (!isCount(view)) throw invalid("its 'view'", view);
  if (!isCount(version)) throw invalid("its 'version'", version);
  if (typeof model !== 'string' || model === '' || model.length > 100) throw invalid("its 'model'", model);
  if (!Array.isArray(ids)) throw invalid("its 'ids'", ids);
  if (typeof age !== 'number' || !(age >= 0)) throw invalid("its 'age'", age);
  return {
    view,
    version,
    model,
    // A record that is not stored yet has no id.
    ids: ids.filter(isId).slice(0, MOST_IDS),
    age,
    again: again === true,
    ...(typeof mark === 'string' ? { mark } : {}),
    ...(context === undefined || context === null ? {} : { context: toContext(context) }),
    ...(list === undefined || list === null ? {} : { list: toList(list) }),
  };
}

function toContext(sent: unknown): Values {
  if (!isValues(sent)) throw invalid("its 'context'", sent);
  checkSize(sent);
  return sent;
}

function toList(sent: unknown): ShownList {
  if (!isValues(sent)) throw invalid("its 'list'", sent);
  const { domain, context, order, offset, limit, count_limit, grouped, count } = sent;
  if (!Array.isArray(domain)) throw invalid("its list's 'domain'", domain);
  if (!isValues(context)) throw invalid("its list's 'context'", context);
  const shown: ShownList = {
    domain,
    context: { ...context },
    order: typeof order === 'string' ? order : '',
    offset: isCount(offset) ? offset : 0,
    limit: isCount(limit) ? limit : null,
    count_limit: isCount(count_limit) ? count_limit : null,
    grouped: grouped === true,
    count: isCount(count) ? count : 0,
  };
  checkSize(shown);
  return shown;
}

function checkSize(values: object): void {
  const { length } = JSON.stringify(values);
  if (length <= MOST_TEXT) return;
  throw new SocketIOError(
    'view_too_large',
    `A view of a page has ${length} characters of domain and context, which is more than ${MOST_TEXT}: it is not live. Search for less.`,
  );
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isId(value: unknown): value is number {
  return isCount(value) && value > 0 && value <= MOST_ID;
}

function invalid(what: string, value: unknown): SocketIOError {
  const text = (JSON.stringify(value) ?? String(value)).slice(0, 100);
  return new SocketIOError(
    'view_invalid',
    `A page said of a view: ${what} is ${text}. Load the page again, so that it has the JavaScript of this version.`,
  );
}
