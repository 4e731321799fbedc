import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { quote, reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { headersOf, isOrigin } from './browser-origin.ts';
import { HostRefusedError } from './host-refused-error.ts';
import { HttpAnswerError } from './http-answer-error.ts';
import { HttpClient } from './http-client.ts';

/** Where Odoo is, and the limits of one call. */
export interface OdooServerOptions {
  /** Such as `http://127.0.0.1:8069`. */
  readonly url: string;
  readonly timeoutMs?: number;
  /** The longest answer that is taken, in bytes. */
  readonly maxBytes?: number;
}

/** One request of a call. */
export interface OdooRequest {
  /** Of the call, such as `res.users.read`, for messages. */
  readonly name: string;
  readonly db: string;
  readonly path: string;
  readonly contentType: string;
  /** The address at which the browser is for whom it is asked, such as `https://erp.example.com`; null is Odoo's own. */
  readonly origin: string | null;
  readonly body: string;
}

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** Errors before a connection was there. Others, such as EHOSTUNREACH, may come in the middle of an answer, too. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const CONNECTING: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);
/** nginx as configured in docker/nginx says "0" if it had sent nothing to Odoo when it gave up. */
const BYTES_SENT = 'x-web-socketio-bytes-sent';

/** Asks Odoo over HTTP, once for each request: what may have arrived is never sent again. */
export class OdooServer {
  readonly #origin: string;
  readonly #client: HttpClient;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #running = new Set<AbortController>();
  #stopped = false;

  constructor(options: OdooServerOptions) {
    const { origin } = new URL(options.url);
    this.#origin = origin;
    this.#client = new HttpClient(new URL(origin));
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Why a request was answered with HTTP 404. */
  refusedHost({ name, db, origin }: Pick<OdooRequest, 'name' | 'db' | 'origin'>): HostRefusedError {
    return new HostRefusedError({ url: this.#origin, db, name, origin: isOrigin(origin) ? origin : null });
  }

  /**
   * Sends a request and returns the body of the answer; null for HTTP 404, which only says who does not know the path.
   *
   * @throws SidecarError `odoo_unreachable`, `odoo_timeout`, `odoo_answer`
   */
  async post(request: OdooRequest): Promise<string | null> {
    const { name, db } = request;
    if (this.#stopped) throw stopped(name, 'It was not sent.');
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(this.#timeout(name)), this.#timeoutMs);
    this.#running.add(controller);
    try {
      // A redirection is answered with its status: whoever it names must not get the token. Never a cookie: a request with
      // one, under a host whose databases are others, logs its browser out.
      const response = await this.#client.post({
        path: request.path,
        headers: {
          ...headersOf(request.origin),
          'Content-Type': request.contentType,
          'User-Agent': 'web_socketio',
          'X-Odoo-Database': db,
        },
        body: request.body,
        signal: controller.signal,
      });
      const text = await this.#readBody(response, name);
      if (response.statusCode === 200) return text;
      if (response.statusCode === 404) return null;
      throw this.#refusal(request, response, text);
    } catch (error) {
      throw controller.signal.aborted ? abortReason(controller.signal, name) : this.#nameFailure(error, name);
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }

  /** Gives up every request that runs, and each that comes later. May be called twice. */
  stop(): void {
    this.#stopped = true;
    for (const controller of this.#running) controller.abort();
    this.#client.close();
  }

  async #readBody(body: AsyncIterable<Uint8Array>, name: string): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of body) {
      size += part.byteLength;
      if (size > this.#maxBytes) {
        throw new SidecarError(
          'odoo_answer',
          `Odoo's answer to ${name} is longer than ${this.#maxBytes} bytes. Ask for fewer records or fields.`,
        );
      }
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  #refusal({ name, db }: OdooRequest, { statusCode, headers }: IncomingMessage, text: string): SidecarError {
    const status = statusCode ?? 0;
    const answer = `${name} with HTTP ${status}: ${quote(text)}`;
    if (isNotCarriedOut(status, headers)) {
      return new SidecarError(
        'odoo_unreachable',
        `The proxy before Odoo at ${this.#origin} answered ${answer}. The request was not carried out. Check that Odoo runs.`,
        { retry: true },
      );
    }
    const maybe = status >= 500 ? 'It may have been carried out. ' : '';
    return new HttpAnswerError(
      status,
      text,
      `Odoo answered ${answer}. ${maybe}Asked for '${db}'; see Odoo's log, and whether ${this.#origin} is Odoo.`,
    );
  }

  #timeout(name: string): SidecarError {
    return new SidecarError(
      'odoo_timeout',
      `Odoo did not answer ${name} in ${this.#timeoutMs} ms. It may still carry it out.`,
    );
  }

  #nameFailure(error: unknown, name: string): SidecarError {
    if (error instanceof SidecarError) return error;
    const retry = isNotConnected(error);
    const text = retry
      ? `Odoo cannot be reached at ${this.#origin} for ${name}: ${describe(error)}. Check that it runs.`
      : `The connection to Odoo at ${this.#origin} broke during ${name}: ${describe(error)}. Odoo may have carried it out.`;
    return new SidecarError('odoo_unreachable', text, { retry, cause: error });
  }
}

/**
 * Whether an HTTP answer proves that the call did not reach a method.
 *
 * 503 does: nginx, Apache and HAProxy give it when they reached no server, and Odoo before it runs anything. Envoy gives
 * it for a connection that broke in the middle, too. 502 does not by itself: it is the same for a refused connection and
 * for one that broke while the method ran. nginx can tell.
 */
function isNotCarriedOut(status: number, headers: IncomingHttpHeaders): boolean {
  if (status === 503 && !/envoy/i.test(String(headers['server'] ?? ''))) return true;
  return status >= 502 && status <= 504 && /^0([,: ]+0)*$/.test(String(headers[BYTES_SENT] ?? ''));
}

function isNotConnected(error: unknown): boolean {
  // Of a name with several addresses.
  if (error instanceof AggregateError) return error.errors.every(isNotConnected);
  return NOT_CONNECTED.has(field(error, 'code')) || CONNECTING.has(field(error, 'syscall'));
}

function describe(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(reason).join(', ') : reason(error);
}

function abortReason({ reason: why }: AbortSignal, name: string): SidecarError {
  return why instanceof SidecarError ? why : stopped(name, 'Odoo may have carried it out.');
}

function stopped(name: string, text: string): SidecarError {
  return new SidecarError('odoo_unreachable', `${name} was given up: the sidecar is stopped. ${text}`);
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
