import { expect, it } from 'vitest';
import { freePort } from '../../support/process/free-port.ts';
import { Program } from '../../support/process/program.ts';

const node = (text: string) => new Program({ command: process.execPath, args: ['-e', text], cwd: '/' });

it('waits for a line of a server, and says what it wrote if it ends without', async () => {
  const server = node(
    `console.log('begin'); setTimeout(() => console.log('ready'), 100); setInterval(() => {}, 1e6);`,
  );
  expect(await server.waitForLine(/^ready$/)).toBe('ready');
  // It is known already.
  expect(await server.waitForLine(/^begin$/)).toBe('begin');
  await server.stop();
  const broken = node(`console.log('no licence');`);
  const said = /ended before it logged \/\^ready\$\/\. Its log:\nno licence$/;
  await expect(broken.waitForLine(/^ready$/)).rejects.toThrow(said);
  await expect(broken.waitForLine(/^ready$/)).rejects.toThrow(said);
});

it('gives out ports that no outgoing connection can have', async () => {
  for (let count = 0; count < 20; count += 1) expect(await freePort()).toBeLessThan(32_768);
});
