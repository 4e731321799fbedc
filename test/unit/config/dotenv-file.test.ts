import { expect, it } from 'vitest';
import { parseDotenv } from '../../../sidecar/src/config/files/dotenv-file.ts';

const NAME = 'WEB_SOCKETIO_DB_PASSWORD';

/** What stands behind `=`, as .env.example says it, and the password that it means. */
const LINES = [
  ['plain', 'plain'],
  [String.raw`pa$$word\n`, String.raw`pa$$word\n`],
  ['$\u007bHOME}', '$\u007bHOME}'],
  [String.raw`end\ `.trim(), 'end\\'],
  ['a=b', 'a=b'],
  ["it's", "it's"],
  ['ä€😀', 'ä€😀'],
  ['two words', 'two words'],
  ["'pa#ss'", 'pa#ss'],
  ["'#1'", '#1'],
  ["' spaces '", ' spaces '],
  [`'"quoted"'`, '"quoted"'],
  [String.raw`'end\'`, 'end\\'],
  ["'$x `date`'", '$x `date`'],
  ['`it\'s "#1"`', 'it\'s "#1"'],
  [String.raw`"two\nlines"`, 'two\nlines'],
  ['"two\nlines"', 'two\nlines'],
  ["'pa#ss' # a comment", 'pa#ss'],
  ['plain # a comment', 'plain'],
  ['"it\'s #1"', "it's #1"],
  ['"two\n#lines"', 'two\n#lines'],
  ["'a' # it's", 'a'],
  [String.raw`"a\"#b"`, String.raw`a\"#b`],
  ['', ''],
  [' # a comment', ''],
];

it.each(LINES)('takes %j for %j', (text, password) => {
  for (const end of ['\n', '\r\n']) {
    const lines = [`${NAME}=${text}`, 'WEB_SOCKETIO_PORT=1', "WEB_SOCKETIO_DATABASE='b'", ''];
    expect(parseDotenv(`\uFEFF${lines.join(end)}`.replaceAll('\r\n', end), '.env')).toEqual({
      ...{ [NAME]: password, WEB_SOCKETIO_PORT: '1', WEB_SOCKETIO_DATABASE: 'b' },
    });
    expect(parseDotenv(`export ${NAME} = ${text}`, '.env')).toEqual({ [NAME]: password });
  }
});

it.each([
  [
    '=pa#ss',
    'the # in the value of WEB_SOCKETIO_DB_PASSWORD would begin a comment. Put the value in single quotes, or in backticks',
  ],
  ['=#secret', 'the # in the value'],
  [' = two words#secret # a comment', 'the # in the value'],
  ["=a'b#secret'", 'the # in the value'],
  ["='secret#", 'the # in the value'],
  ["='it's #secret'", 'the # in the value'],
  ['="say "#secret""', 'the # in the value'],
  [': secret', "is not 'WEB_SOCKETIO_DB_PASSWORD=value'"],
  [' secret', "is not 'WEB_SOCKETIO_DB_PASSWORD=value'"],
  ['', "is not 'WEB_SOCKETIO_DB_PASSWORD=value'"],
])('refuses %j, naming the line, and never what is in it', (rest, message) => {
  const parse = () => parseDotenv(`# mine\r\nPATH=a#b\r\n${NAME}${rest}\r\n`, '/srv/.env');
  expect(parse).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(message) }),
  );
  expect(parse).toThrow(/^Line 3 of '\/srv\/\.env'/);
  expect(parse).not.toThrow(/secret|pa#ss/);
});
