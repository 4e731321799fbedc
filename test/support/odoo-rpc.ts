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

const Answer = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), data: z.object({ name: z.string(), message: z.string() }) }).optional(),
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
  if (error) throw new OdooFault(error.data.name, error.data.message, error.code);
  return { result, headers: response.headers };
}
