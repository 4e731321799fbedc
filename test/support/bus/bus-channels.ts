/**
 * What Odoo's bus alone gives who asks for these channels, each as Python writes it into `bus_bus.channel`. The stand-in's
 * users are their own partners.
 *
 * @returns null if they are no texts
 */
export function channelTexts(db: string, channels: unknown, uid: number | null): string[] | null {
  if (!Array.isArray(channels) || !channels.every((channel) => typeof channel === 'string')) return null;
  const all = [...channels, 'broadcast'].map((name) => channelText([db, name]));
  if (uid !== null) all.push(channelText([db, 'res.groups', 1]), channelText([db, 'res.partner', uid]));
  return [...new Set(all)];
}

/** As `json.dumps(channel, separators=(',', ':'))`: all of it ASCII. */
export function channelText(channel: readonly (string | number)[]): string {
  return JSON.stringify(channel).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
