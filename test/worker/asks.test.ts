import { describe, expect, inject, it } from 'vitest';
import type { ScriptedSidecar } from './support/scripted-sidecar.ts';
import { message, OPEN, startScripted } from './support/scripted-stage.ts';

describe.each(inject('workerPythons'))('In Python $version, a worker', (python) => {
  const start = (prepare?: (sidecar: ScriptedSidecar) => void) => startScripted(python, prepare);

  it('asks get, and tells whose failed or returned what it was not given', async () => {
    const { sidecar, worker } = await start();
    const hows = ['good', 'fail', 'other', 'none', 'good'];
    sidecar.send(OPEN, ...hows.map((how, index) => ['run', index + 1, 1, 'event', 'listen', [how]]));
    await sidecar.next('listen', 5);
    const messages = ['messages', [message(10, 'good'), message(11, 'bad')]];
    sidecar.send(messages, [
      'ask',
      1,
      'my_addon.Work',
      [
        [
          [10, 11],
          [1, 2, 3, 4, 5, 99],
        ],
      ],
    ]);
    const [, ask, chosen, failed] = await sidecar.next('selected');
    expect([ask, chosen]).toEqual([1, { 1: [10], 5: [10] }]);
    expect(failed).toEqual({
      2: { name: 'ValueError', message: 'no' },
      3: { name: 'adapter_choice', message: expect.stringContaining('get of the adapter Work returned') },
      4: { name: 'adapter_choice', message: expect.stringContaining('get of the adapter Work returned') },
    });
    // Whose mistake it is, and where.
    expect(worker.log).toMatch(
      /get of the adapter my_addon\.Work failed: no\nTraceback[\s\S]*controller\.py", line \d+, in get/,
    );
    // The form that one handler gives to its messages does not reach the other one.
    sidecar.send(messages, ['answer', 1, [10]], ['answer', 5, [10, 11]]);
    await sidecar.next('return', 2);
    expect(sidecar.of('return')).toEqual([
      ['return', 1, [{ text: 'good', seen: 1 }]],
      [
        'return',
        5,
        [
          { text: 'good', seen: 1 },
          { text: 'bad', seen: 1 },
        ],
      ],
    ]);
  });

  it('answers for all listeners, whatever one get does', async () => {
    const { sidecar } = await start();
    const hows = ['exit', 'wait', 'good'];
    sidecar.send(OPEN, ...hows.map((how, index) => ['run', index + 1, 1, 'event', 'listen', [how]]));
    await sidecar.next('listen', 3);
    sidecar.send(
      ['messages', [message(10, 'good')]],
      ['ask', 1, 'my_addon.Work', [[[10], [1, 2, 3]]]],
      ['ask', 2, 'my_addon.Work', [[[99], [1, 2]]]],
    );
    await sidecar.next('selected', 2);
    const failure = (name: string) => ({ name, message: expect.any(String) });
    expect(sidecar.of('selected')).toEqual(
      expect.arrayContaining([
        ['selected', 1, { 3: [10] }, { 1: failure('SystemExit'), 2: failure('Timeout') }],
        ['selected', 2, {}, { 1: failure('KeyError'), 2: failure('KeyError') }],
      ]),
    );
  });

  it('gives back what a timeout of the handler took it from', async () => {
    const { sidecar } = await start();
    sidecar.send(
      OPEN,
      ['run', 1, 1, 'event', 'timeout', ['good']],
      ['run', 2, 1, 'event', 'timeout', ['slow form']],
    );
    await sidecar.next('listen', 2);
    sidecar.send(['messages', [message(10, 'good')]], ['answer', 2, [10]]);
    await sidecar.next('return', 2);
    expect(sidecar.of('unlisten').sort()).toEqual([
      ['unlisten', 1],
      ['unlisten', 2],
    ]);
  });

  it('notices a get that changes the messages, and the other listeners see them as they were', async () => {
    const { sidecar, worker } = await start();
    sidecar.send(
      OPEN,
      ['run', 1, 1, 'event', 'listen', ['change']],
      ['run', 2, 1, 'event', 'listen', ['good']],
    );
    await sidecar.next('listen', 2);
    for (const ask of [1, 2]) {
      sidecar.send(
        ['messages', [message(10, 'good'), message(11, 'bad')]],
        [
          'ask',
          ask,
          'my_addon.Work',
          [
            [
              [10, 11],
              [1, 2],
            ],
          ],
        ],
      );
      expect(await sidecar.next('selected', ask)).toEqual(['selected', ask, { 1: [10, 11], 2: [10] }, {}]);
    }
    expect(worker.log.split('adapter_changed_message')).toHaveLength(2);
  });
});
