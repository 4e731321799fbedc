import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type pg from 'pg';
import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { withinTime } from '../../lib/time-limit.ts';
import { offersTls, startTls } from '../tls/tls.ts';
import { type TlsOptions, tlsError } from '../tls/tls-context.ts';
import type { Address } from './address.ts';
import { CONNECT_TIMEOUT_MS, clientConfig } from './connection.ts';
import { type DialStage, errorCode } from './dial-error.ts';
import { describeLink } from './link.ts';
import { findPassword } from './password-file.ts';
import type { PostgresHost, PostgresOptions } from './postgres-options.ts';
import { StartupClient } from './startup-client.ts';

/** What is tried: one address of one server, with TLS or without. */
export interface AttemptOptions {
  readonly options: PostgresOptions;
  readonly database: string;
  readonly server: PostgresHost;
  readonly address: Address;
  readonly encrypted: boolean;
  /** Takes it over, instead of its being closed, when the log-in is not answered in time. Whoever gets it closes it. */
  readonly late?: ((attempt: LateAttempt) => void) | undefined;
}

/** A connection that the server has taken and not let in within the time limit. */
export interface LateAttempt {
  readonly client: pg.Client;
  /** Resolves when it is let in, rejects when it is refused. */
  readonly admitted: Promise<unknown>;
}

/**
 * One attempt to log in. It has a time limit, and leaves no connection behind when it fails, but for one that somebody
 * takes over.
 */
export class Attempt {
  readonly #options: AttemptOptions;
  #stage: DialStage = 'socket';
  #timedOut = false;
  #socket: Socket | null = null;
  #late: LateAttempt | null = null;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  get stage(): DialStage {
    return this.#stage;
  }

  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** @throws what PostgreSQL, TLS or the network says */
  async run(): Promise<pg.Client> {
    const limit = this.#options.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    try {
      return await withinTime(this.#logIn(), limit, () => {
        this.#timedOut = true;
        throw this.#stage === 'login'
          ? waiting(this.#options.database)
          : new Error(`timeout expired after ${limit} ms`);
      });
    } catch (error) {
      const { late } = this.#options;
      if (this.#timedOut && this.#late !== null && late !== undefined) late(this.#late);
      else this.#socket?.destroy();
      throw nameMethod(error);
    }
  }

  async #logIn(): Promise<pg.Client> {
    const { options, database, address, server } = this.#options;
    const { host, hostaddr } = server;
    let socket = connect(address);
    this.#hold(socket);
    await once(socket, 'connect');
    let verified = false;
    if (this.#options.encrypted && (await this.#mayEncrypt(socket))) {
      this.#stage = 'tls';
      // Without a host, and where there is no socket, it is localhost.
      const named = host ?? (hostaddr === undefined ? 'localhost' : undefined);
      ({ socket, verified } = await startTls(socket, tlsOf(options), named));
      this.#hold(socket);
    }
    this.#stage = 'login';
    const config = { ...clientConfig(options, database), password: () => this.#password() };
    const { user = '', application_name = '' } = config;
    const client = new StartupClient(config, socket, {
      ...{ user, database, application_name },
      ...(options.backendOptions !== undefined && { options: options.backendOptions }),
    });
    // An error without a listener would end the process.
    client.on('error', () => undefined);
    describeLink(client, { host: host ?? hostaddr, address, socket, verified, mode: tlsOf(options).mode });
    const admitted = client.connect();
    this.#late = { client, admitted };
    await admitted;
    return client;
  }

  /** What has timed out is closed at once, also if it comes to stand after that. */
  #hold(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    if (this.#timedOut) socket.destroy();
  }

  /** @returns false if the server knows no TLS and none is demanded: the same connection goes on without. */
  async #mayEncrypt(socket: Socket): Promise<boolean> {
    const { mode, direct } = tlsOf(this.#options.options);
    this.#stage = 'tls';
    if (direct === true || (await offersTls(socket))) return true;
    if (mode === 'prefer' || mode === 'allow') return false;
    throw tlsError(
      `The server offers no TLS, and sslmode '${mode}' demands it. Turn on ssl there, or set WEB_SOCKETIO_DB_SSLMODE or db_sslmode to prefer.`,
    );
  }

  /** Asked for when the server wants one. */
  async #password(): Promise<string> {
    const { options, database, server } = this.#options;
    if (options.password !== undefined && options.password !== '') return options.password;
    const { user = '' } = clientConfig(options, database);
    const file = options.passwordFile;
    const host = server.host ?? server.hostaddr;
    const found =
      file === undefined
        ? { password: undefined }
        : await findPassword(file, { host, port: server.port ?? 5432, database, user });
    if (found.password !== undefined && found.password !== '') return found.password;
    const problem = 'problem' in found && found.problem !== undefined ? ` (${found.problem})` : '';
    throw new SidecarError(
      'password_missing',
      `PostgreSQL asks for the password of '${user}' for '${database}', and none is set${problem}. Set WEB_SOCKETIO_DB_PASSWORD, a file WEB_SOCKETIO_DB_PASSWORD_FILE or db_password${file === undefined ? '' : `, or add a line to '${file}'`}.`,
    );
  }
}

/**
 * pg knows passwords: what else a server may ask for, it says in words of its own. And since TLS 1.3, a server says only
 * after the handshake what it thinks of this side's certificate.
 */
function nameMethod(error: unknown): unknown {
  const text = reason(error);
  if (/^ERR_SSL_/.test(errorCode(error) ?? '')) {
    return tlsError(
      `PostgreSQL ended TLS: ${text.trim()}. Give the sidecar a certificate that it trusts, with WEB_SOCKETIO_DB_SSLCERT and WEB_SOCKETIO_DB_SSLKEY, or none.`,
      error,
    );
  }
  if (!/^SASL: Only|Unknown authenticationOk/.test(text)) return error;
  const method = METHODS[/\d+$/.exec(text)?.[0] ?? ''] ?? 'a method';
  return new SidecarError(
    'database_login',
    `PostgreSQL asks for a log-in by ${method}, which is not known here: ${text}. Give the role scram-sha-256 in pg_hba.conf.`,
    { cause: error },
  );
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const METHODS: Readonly<Record<string, string>> = { 2: 'Kerberos 5', 7: 'GSSAPI', 9: 'SSPI' };

/** Said of a start-up packet that was not answered in time. */
export function waiting(database: string): SidecarError {
  return new SidecarError(
    'postgres_waiting',
    `PostgreSQL has taken the connection to '${database}' and does not let it in: timeout expired. Either that database is being copied or altered, and it goes on by itself when that is done; or the server or a pooler has no room.`,
  );
}

export function tlsOf({ tls }: PostgresOptions): TlsOptions {
  return tls ?? { mode: 'prefer' };
}
