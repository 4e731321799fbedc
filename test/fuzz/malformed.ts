import type { Random } from './random.ts';

/** Packets as they should be: most of what harms a parser is nearly one of them. */
const SEEDS = [
  '2',
  '3',
  '3probe',
  '5',
  '6',
  '1',
  '40/mine,{"db":"x","token":"y"}',
  '40/none,',
  '40',
  '41/mine,',
  '42/mine,["echo",1]',
  '42/mine,7["echo",{"a":[1,2,{"b":null}]}]',
  '42/mine,["session id",{"token":"x"}]',
  '42["echo"]',
  '43/mine,0["x"]',
  '43/mine,99999[{"ok":true}]',
  '44/mine,{"message":"x"}',
  '451-/mine,["echo",{"_placeholder":true,"num":0}]',
  '459-/mine,3["echo",{"_placeholder":true,"num":5}]',
  '461-/mine,0[{"_placeholder":true,"num":0}]',
  'bAQIDBA==',
];
const PIECES = [
  ...[
    '[',
    ']',
    '{',
    '}',
    '"',
    ',',
    '-',
    '/',
    ':',
    '0',
    '9'.repeat(40),
    '-1',
    '1e999',
    'null',
    'NaN',
    '\\u0000',
  ],
  ...[
    '"__proto__"',
    '{"__proto__":{"a":1}}',
    '"constructor"',
    '"disconnect"',
    '"newListener"',
    '\u001e',
    '\ud800',
  ],
  ...[
    '{"_placeholder":true}',
    '{"_placeholder":true,"num":-1}',
    '{"toJSON":1}',
    '{"then":1}',
    '{"length":1e9}',
  ],
  ...['['.repeat(500), '{"a":'.repeat(500), '"x",'.repeat(2_000), '5100000-', '\ufeff', '\0', '漢字🎉'],
];

/**
 * Something that is nearly a packet of Engine.IO and Socket.IO, or not at all.
 * @param seeds as they should be, where it is another protocol
 */
export function malformed(random: Random, seeds: readonly string[] = SEEDS): string | Buffer {
  if (random.is(0.1)) return random.bytes(random.below(200));
  let text = random.of(seeds);
  for (let changes = random.below(4); changes >= 0; changes -= 1) text = change(random, text);
  return random.is(0.05) ? Buffer.from(text) : text;
}

function change(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + 1 + random.below(6));
  const [before, after] = [text.slice(0, at), text.slice(to)];
  switch (random.below(5)) {
    case 0:
      return before + random.of(PIECES) + text.slice(at);
    case 1:
      return before + random.of(PIECES) + after;
    case 2:
      return before + after;
    case 3:
      return before + text.slice(at, to).repeat(1 + random.below(50)) + after;
    default:
      return before + String.fromCharCode(random.below(0x300)) + after;
  }
}
