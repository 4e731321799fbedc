import { createHmac } from 'node:crypto';

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * A JSON Web Token for a user, signed by HS256, as a business would make it for its page.
 *
 * @param seconds for how long it is valid from now on
 */
export function signWebToken(user: string, secret: string, seconds: number): string {
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
    sub: user,
    exp: Math.floor(Date.now() / 1_000) + seconds,
  })}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
