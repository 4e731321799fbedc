import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

const SCRIPT = fileURLToPath(new URL('send_values.py', import.meta.url));
const Outcomes = z.record(z.string(), z.union([z.string(), z.object({ error: z.string() })]));
const Printed = z.object({ messages: Outcomes, answers: Outcomes, nothing: z.string() });

const NO_NUMBER = 'Give a finite number, a text or None';
/** Where each refused value is, and what is wrong with it. */
const REFUSED: [string, string | RegExp][] = [
  ['nan', `['a'] is nan. ${NO_NUMBER}`],
  ['deep', `['lines'][1]['price'][1] is -inf. ${NO_NUMBER}`],
  ['two', `['bad']['bad'][0] is inf. ${NO_NUMBER}`],
  ['key', /^\['a'\]\[0\] cannot be written \(keys must be /],
  ['nan as key', /^\['a'\] cannot be written \(Out of range float values are not JSON compliant/],
  ['bytes', /^\['a'\]\[0\] cannot be written \('utf-?8' codec can't decode byte 0xff/],
  ['circle', /^\['a'\](\['inner'\]\[0\])? cannot be written \(Circular reference detected\)$/],
];

describe.each(inject('pythons'))('In Python $version', async ({ command }) => {
  const { stdout } = await promisify(execFile)(command, [SCRIPT]);
  const { messages, answers, nothing } = Printed.parse(JSON.parse(stdout));

  it('a message and an answer are JSON that PostgreSQL and JavaScript read', () => {
    const texts = { text: 'ä\u0000\n"\ud83d', count: 2, none: null, list: [1, { two: 2.5 }], big: 2 ** 70 };
    const expected = {
      text: texts,
      date: { date: '2026-02-28' },
      'number as key': { of: { 1: 'one', null: 'none' } },
    };
    for (const [name, value] of Object.entries(expected)) {
      const text = z.string().parse(messages[name]);
      expect(text).toMatch(/^[\x20-\x7e]+$/);
      expect(JSON.parse(text)).toEqual(value);
      expect(JSON.parse(z.string().parse(answers[name]))).toEqual({ result: value });
    }
    expect(JSON.parse(nothing)).toEqual({ result: null });
  });

  it.each(REFUSED)(
    'what is no JSON is refused where it is sent, and the place is named: %s',
    (name, problem) => {
      const says = (start: string) => {
        const place = typeof problem === 'string' ? problem : expect.stringMatching(problem);
        return { start, place };
      };
      const split = (outcome: unknown, start: string) => {
        const { error } = z.object({ error: z.string() }).parse(outcome);
        expect(error.slice(0, start.length)).toBe(start);
        return { start, place: error.slice(start.length) };
      };
      const inMessage = "The message of the model 'my.model' is no JSON: values";
      const inAnswer = "The answer of 'my.model.read' is no JSON: result";
      expect(split(messages[name], inMessage)).toEqual(says(inMessage));
      expect(split(answers[name], inAnswer)).toEqual(says(inAnswer));
    },
  );
});
