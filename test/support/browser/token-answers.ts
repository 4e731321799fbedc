/** What Odoo answers when it has extended the token with that handle. */
export function extended(handle: string, uid = 7) {
  return { db: 'mydb', uid, handle, expires_in: 900, url: false };
}

/** What Odoo answers when it gives a page a token. */
export function answer(token: string, uid = 7) {
  return { ...extended(`handle of ${token}`, uid), token };
}
