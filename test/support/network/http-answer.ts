import {
  type Agent,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request as requestPlain,
} from 'node:http';
import { request as requestSecure } from 'node:https';
import { text } from 'node:stream/consumers';

/** A request, and which certificate its server may have. */
export interface HttpQuestion {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** In PEM. */
  readonly ca?: string | undefined;
  /** By which it goes; a connection of its own unless given. */
  readonly agent?: Agent;
}

export interface HttpAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Asks once, over a connection of its own. `fetch` trusts no certificate of a test, and follows redirections. */
export function askHttp(
  url: string | URL,
  { method, headers, body, ca, agent }: HttpQuestion = {},
): Promise<HttpAnswer> {
  const target = new URL(url);
  const request = target.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const options = {
      agent: agent ?? false,
      ...(method && { method }),
      ...(headers && { headers }),
      ...(ca && { ca }),
    };
    request(target, options, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((text) => resolve({ status, headers, text }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}
