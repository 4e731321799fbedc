import { readFile } from 'node:fs/promises';
import { describe, expect, inject, it } from 'vitest';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { makePythonAddons, startWorker } from './support/python-worker.ts';
import { ScriptedSidecar } from './support/scripted-sidecar.ts';
import { message, OPEN, Proof, startScripted } from './support/scripted-stage.ts';

describe.each(inject('workerPythons'))('In Python $version, a worker', (python) => {
  const start = (prepare?: (sidecar: ScriptedSidecar) => void) => startScripted(python, prepare);

  it.each([
    ['no JSON', 'garbage\n', 'A line is no JSON: "garbage"'],
    ['no list', '{"a":1}\n', 'A line is no list of frames'],
    ['no frame', '[[]]\n', 'A line is no list of frames'],
    ['a malformed frame', '[["run",1]]\n', 'A frame is malformed: "[\\"run\\", 1]"'],
    ['a malformed ask', '[["ask",1,"a",[[1]]]]\n', 'An ask is malformed'],
    ['malformed messages', '[["messages",[1]]]\n', 'Messages are malformed'],
  ])('closes a link on which comes %s, says so, and links again', async (_what, line, problem) => {
    const { sidecar, worker } = await start();
    sidecar.sockets[0]?.write(line);
    await expect.poll(() => worker.log).toContain(problem);
    expect(worker.log).toContain(
      'WARNING openerp.addons.web_socketio.worker.link: link_protocol: no link of',
    );
    await sidecar.next('hello', 2);
    sidecar.send(OPEN, ['run', 1, 1, 'event', 'echo', [1]]);
    expect(await sidecar.next('return')).toEqual(['return', 1, [1]]);
    const proofs = sidecar.of('hello').map((frame) => Proof.parse(frame[1]).proof);
    for (const proof of proofs) expect(worker.log).not.toContain(proof);
  });

  it('ignores frames of a later release, reads half lines, and answers a ping', async () => {
    const { sidecar } = await start();
    sidecar.send(['later', 1, 2], ['ping', 7, 'more']);
    expect(await sidecar.next('pong')).toEqual(['pong', 7]);
    const line = `${JSON.stringify([OPEN, ['run', 1, 1, 'event', 'echo', ['ä🎉', 'x'.repeat(200_000)]]])}\n`;
    // In the middle of a letter, of which a part has arrived with the rest of the line.
    const bytes = Buffer.from(line);
    const half = bytes.indexOf('ä') + 1;
    sidecar.sockets[0]?.write(bytes.subarray(0, half));
    await new Promise((resolve) => setImmediate(resolve));
    sidecar.sockets[0]?.write(bytes.subarray(half));
    expect(await sidecar.next('return')).toEqual(['return', 1, ['ä🎉', 'x'.repeat(200_000)]]);
  });

  it('says once why it is refused, and tries again until it is welcome', async () => {
    const refused = [['refused', { code: 'link_proof', message: 'The proof is old.', retry: true }]];
    const { sidecar, worker } = await start((one) => {
      one.answer = `${JSON.stringify(refused)}\n`;
    });
    await sidecar.next('hello', 3);
    expect(worker.log.split('link_proof: the sidecar at')).toHaveLength(2);
    sidecar.answer = null;
    await worker.waitForLine(/is linked to the sidecar/);
  });

  it('says that whoever is there is no sidecar of this release', async () => {
    const database = await TestDatabase.create();
    const sidecar = await ScriptedSidecar.start(database);
    sidecar.accept = 'HTTP/1.1 404 Not Found\r\n\r\n';
    const worker = startWorker(python, database, await makePythonAddons({}), sidecar.url);
    await worker.waitForLine(/link_protocol: .*It does not know Python workers: "HTTP\/1.1 404 Not Found"/);
    await worker.waitForLine(/no installed addon declares a namespace or a handler in Python/);
  });

  it('believes nobody who does not know its row, and makes what it has told it worthless', async () => {
    const welcome = ['welcome', { version: 1, release: '0.1.0', sidecar: 'a', answer: 'f'.repeat(64) }];
    const { sidecar, worker } = await start((one) => {
      one.answer = `${JSON.stringify([welcome, OPEN, ['run', 1, 1, 'event', 'echo', [1]]])}\n`;
    });
    await sidecar.next('hello', 3);
    expect(sidecar.of('return')).toEqual([]);
    expect(worker.log.split('link_sidecar: no link of')).toHaveLength(2);
    const proofs = sidecar.of('hello').map((frame) => Proof.parse(frame[1]).proof);
    expect(new Set(proofs).size).toBe(proofs.length);
    sidecar.answer = null;
    await worker.waitForLine(/is linked to the sidecar/);
  });

  it('logs what a sidecar rejects of its declarations, once', async () => {
    const { sidecar, worker } = await start();
    const rejected = ['rejected', { code: 'namespace_taken', message: "'/mine' is taken." }];
    sidecar.send(rejected, rejected);
    await worker.waitForLine(/ERROR .*namespace_taken: the sidecar at [\d.:]+: '\/mine' is taken\./);
    expect(worker.log.split('is taken')).toHaveLength(2);
  });

  it('tells of a run that was ended that it was, even if it caught that, and of a greenlet that was killed', async () => {
    const { sidecar } = await start();
    sidecar.send(OPEN, ['run', 1, 1, 'event', 'swallow', []], ['run', 2, 1, 'event', 'greenlet', []]);
    await sidecar.next('listen', 2);
    sidecar.send(['end', 1]);
    expect(await sidecar.next('throw')).toMatchObject(['throw', 1, { ended: true }]);
    sidecar.send(['messages', [message(10, 'good')]], ['answer', 2, [10]]);
    await sidecar.next('emit');
    sidecar.send(['run', 3, 1, 'event', 'kill', []]);
    expect(await sidecar.next('throw', 2)).toMatchObject(['throw', -1, { ended: true }]);
    expect(sidecar.of('return').map((frame) => frame[1])).toEqual([2, 3]);
  });

  it('reads what is nested deeper than its Python reads, and nobody else is harmed', async () => {
    const { sidecar, worker } = await start();
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    sidecar.send(OPEN, ['run', 1, 1, 'event', 'listen', ['good']]);
    await sidecar.next('listen');
    sidecar.sockets[0]?.write(
      `[["run",2,1,"event","depth",[${deep}]],["run",3,1,"event","echo",[${deep}]],["run",4,1,"event","echo",[1]]]\n`,
    );
    await sidecar.next('return', 2);
    expect(sidecar.of('return')).toEqual([
      ['return', 2, 4999],
      ['return', 4, [1]],
    ]);
    expect(await sidecar.next('throw')).toMatchObject(['throw', 3, { code: 'handler_result' }]);
    const body = `{"id":10,"channel":"work","uid":1,"date":"","values":{"text":"good","deep":${deep}}}`;
    sidecar.sockets[0]?.write(`[["messages",[${body}]],["ask",1,"my_addon.Work",[[[10],[1]]]]]\n`);
    expect(await sidecar.next('selected')).toEqual(['selected', 1, { 1: [10] }, {}]);
    sidecar.sockets[0]?.write(`[["messages",[${body}]],["answer",1,[10]]]\n`);
    expect(await sidecar.next('throw', 2)).toMatchObject(['throw', 1, { code: 'handler_result' }]);
    expect(worker.log).not.toContain('link_');
  });

  it.each([
    ['answer', 2, false],
    ['error', 2, { code: 'run_missing', message: 'It has ended.' }],
  ])('puts back what format cannot read, and the handler fails by its own error: %s', async (...answer) => {
    const { sidecar } = await start();
    sidecar.send(OPEN, ['run', 1, 1, 'event', 'listen', ['format']]);
    await sidecar.next('listen');
    sidecar.send(['messages', [message(10, 'good')]], ['answer', 1, [10]]);
    expect(await sidecar.next('validate')).toEqual(['validate', 2, 1, 'my_addon.Work', false]);
    sidecar.send(answer);
    expect(await sidecar.next('throw')).toMatchObject([
      'throw',
      1,
      { name: 'ValueError', message: 'no form' },
    ]);
  });

  it('refuses what is no JSON where it is given, and shows of arguments of listen what it can', async () => {
    const { sidecar } = await start();
    sidecar.send(
      OPEN,
      ['run', 1, 1, 'event', 'emit', ['inf']],
      ['run', 2, 1, 'event', 'object', []],
      ['run', 3, 1, 'event', 'wrong', []],
      ['run', 4, 1, 'event', 'no such event', []],
    );
    expect(await sidecar.next('listen')).toEqual([
      'listen',
      1,
      2,
      'my_addon.Work',
      ['object', 'float', 'dict'],
      false,
    ]);
    await sidecar.next('throw', 3);
    expect(sidecar.of('throw')).toMatchObject([
      [
        'throw',
        1,
        { code: 'event_invalid', message: expect.stringContaining("What is emitted with 'a' is no JSON") },
      ],
      ['throw', 3, { code: 'adapter_invalid' }],
      ['throw', 4, { code: 'no_such_method' }],
    ]);
    sidecar.send(['end', 2]);
    expect(await sidecar.next('throw', 4)).toMatchObject(['throw', 2, { name: 'GreenletExit', ended: true }]);
    expect(sidecar.of('unlisten')).toEqual([['unlisten', 1]]);
  });

  it('has a handler wait that sends more than the sidecar takes', async () => {
    const { sidecar, worker } = await start();
    const memory = async () => {
      const status = await readFile(`/proc/${worker.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    };
    const before = await memory();
    sidecar.sockets[0]?.pause();
    sidecar.send(OPEN, ['run', 1, 1, 'event', 'flood', []]);
    await expect.poll(memory).toBeGreaterThan(before + 3);
    sidecar.sockets[0]?.resume();
    let most = 0;
    await expect
      .poll(async () => {
        most = Math.max(most, await memory());
        return sidecar.of('return').length;
      })
      .toBe(1);
    expect(sidecar.of('emit')).toHaveLength(100);
    // 50 MB were sent.
    expect(most - before).toBeLessThan(35);
  });

  it.each([
    [['--sidecar', 'localhost'], /'localhost' is no address of a sidecar\. Give one such as http:\/\/127/],
    [['--max-cursor', '0'], /'0' is no number of cursors\. Give 1 or more\./],
    [['-d', ''], /There is no database to serve\. Name one or more: -d mydb/],
  ])('ends with what is wrong on its command line: %s', async (args, problem) => {
    const database = await TestDatabase.create();
    const folder = await makePythonAddons({});
    const worker = startWorker(python, database, folder, 'http://127.0.0.1:1', { args });
    const [code] = await worker.ended;
    expect(code).toBeGreaterThan(0);
    expect(worker.log).toMatch(problem);
  });

  it('takes the options of 2013, and says what does their work', async () => {
    const database = await TestDatabase.create();
    const args = ['-i', '0.0.0.0', '-p', '8068'];
    const worker = startWorker(python, database, await makePythonAddons({}), 'http://127.0.0.1:1', { args });
    await worker.waitForLine(/-i 0\.0\.0\.0 is for the sidecar/);
    await worker.waitForLine(/-p 8068 is for the sidecar/);
  });
});
