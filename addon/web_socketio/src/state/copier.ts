/**
 * Puts a text into the clipboard.
 *
 * @returns says whether it worked; undefined where the browser offers none, as to pages without TLS
 */
export function copierOf(text: string): (() => Promise<boolean>) | undefined {
  const clipboard: Clipboard | undefined = globalThis.navigator?.clipboard;
  if (!clipboard) return undefined;
  return () =>
    clipboard.writeText(text).then(
      () => true,
      // The user, or the frame that the page is in, does not allow it.
      () => false,
    );
}
