import { z } from 'zod';

/** An error that Odoo answered: `fault` is its Python name, such as `odoo.exceptions.AccessError`. */
export class OdooFault extends Error {
  override readonly name = 'OdooFault';
  readonly fault: string;
  readonly code: number;

  constructor(fault: string, message: string, code: number) {
    super(`${fault}: ${message}`);
    this.fault = fault;
    this.code = code;
  }
}

/** OpenERP 7.0 has no name for most of its errors, but a code that tells the one or the other. */
const FaultData = z.object({
  name: z.string().optional(),
  fault_code: z.string().optional(),
  message: z.string().optional(),
  debug: z.string().optional(),
});

const Answer = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), data: FaultData }).optional(),
});

/** One JSON-RPC request to a route of Odoo. Throws an OdooFault for an error in the answer. */
export async function postJson(
  url: URL,
  params: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ result: unknown; headers: Headers }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  const { result = null, error } = Answer.parse(JSON.parse(text));
  if (error) {
    const { name, fault_code, message, debug } = error.data;
    throw new OdooFault(name ?? fault_code ?? 'no name', message ?? debug ?? '', error.code);
  }
  return { result, headers: response.headers };
}

/** What the sidecar sends to the addon: JSON that Odoo does not read as its own. */
export async function postRaw(
  url: URL,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  if (/[^ -~]/.test(text)) throw new Error(`The answer is not all ASCII: ${text}`);
  return { status: response.status, text, headers: response.headers };
}
