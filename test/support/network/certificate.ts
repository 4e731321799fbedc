import { execFile } from 'node:child_process';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { serverOwner } from '../../../sidecar/playground/processes/ordinary-user.ts';

const run = promisify(execFile);

/** A certificate for `127.0.0.1`, and its key. */
export interface Certificate {
  readonly file: string;
  readonly keyFile: string;
  /** What a client has to trust. */
  readonly pem: string;
}

/** Makes one that nobody else trusts. It goes with the test. */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-certificate-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [file, keyFile] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', file, '-keyout', keyFile],
  ]);
  if (serverOwner !== undefined) {
    for (const path of [folder, keyFile]) await chown(path, serverOwner, serverOwner);
  }
  return { file, keyFile, pem: await readFile(file, 'utf8') };
}
