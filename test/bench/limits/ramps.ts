import type { Ramp } from './ramp.ts';

const PAGES = 1_000;
/** Some: what is looked for is not how many there are. */
const FEW_PAGES = 100;
/** Each page is one open file of the sidecar, and many systems let a program have 20,000. */
const MOST_PAGES = 19_000;
/** So often does a page get a message of its own. */
const OWN_SECONDS = 10;

const anyOf = (pages: number) => Math.floor(Math.random() * pages);
const toOne = (pages: number) => () => ({ channel: 'limit_one', page: anyOf(pages) });
const toAll = () => ({ channel: 'limit_all', page: null });
const one = () => ['limit_one'];
const all = () => ['limit_all'];

/** How far does one sidecar go? */
export const RAMPS: readonly Ramp[] = [
  {
    name: 'pages, each with a message of its own every 10 s',
    ...{ first: 1_000, last: MOST_PAGES },
    load: (pages) => ({ pages, events: one, rate: pages / OWN_SECONDS, message: toOne(pages) }),
  },
  {
    name: 'pages, with a message for all every 2 s',
    ...{ first: 1_000, last: MOST_PAGES },
    load: (pages) => ({ pages, events: all, rate: 0.5, message: toAll }),
  },
  {
    name: 'messages a second, each to one of 1,000',
    ...{ first: 250, last: 64_000 },
    load: (rate) => ({ pages: PAGES, events: one, rate, message: toOne(PAGES) }),
  },
  {
    name: 'messages a second, each to all of 100',
    ...{ first: 25, last: 6_400 },
    load: (rate) => ({ pages: FEW_PAGES, events: all, rate, message: toAll }),
  },
  {
    name: 'messages a second, each to all of 1,000',
    ...{ first: 4, last: 1_024 },
    load: (rate) => ({ pages: PAGES, events: all, rate, message: toAll }),
  },
  {
    name: 'channels with a listener, 100 messages a second',
    ...{ first: 250, last: 32_000 },
    load: (channels) => ({
      pages: FEW_PAGES,
      channels,
      events: (page) =>
        Array.from({ length: channels }, (_, number) => number)
          .filter((number) => number % FEW_PAGES === page)
          .map((number) => `limit_${number}`),
      rate: 100,
      message() {
        const number = anyOf(channels);
        return { channel: `limit_${number}`, page: number % FEW_PAGES };
      },
    }),
  },
  {
    name: 'listeners a page, 100 pages, 100 messages a second',
    ...{ first: 8, last: 1_024 },
    load: (channels) => ({
      pages: FEW_PAGES,
      channels,
      events: () => Array.from({ length: channels }, (_, number) => `limit_${number}`),
      rate: 100,
      message: () => ({ channel: `limit_${anyOf(channels)}`, page: anyOf(FEW_PAGES) }),
    }),
  },
  {
    name: 'waiting rows of a queue, 100 other messages of it a second',
    ...{ first: 8_000, last: 1_024_000 },
    load: (waiting) => ({
      pages: FEW_PAGES,
      waiting,
      events: () => ['limit_queue'],
      rate: 100,
      message: () => ({ channel: 'limit_queue', page: anyOf(FEW_PAGES) }),
    }),
  },
  {
    name: 'databases, each with 10 pages and 1 message a second',
    ...{ first: 4, last: 128 },
    load: (databases) => ({
      databases,
      pages: databases * 10,
      events: one,
      rate: databases,
      message: toOne(databases * 10),
    }),
  },
];
