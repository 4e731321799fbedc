import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Chromium, openChromium } from '../../support/browser/chromium.ts';
import { DiscussPage } from '../../support/browser/discuss-page.ts';
import { series } from '../../support/series/series.ts';
import type { GetServed } from './served.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../../.cache/screenshots', import.meta.url));
const [DESKTOP, PHONE] = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/** Discuss and live chat in browsers, whose proxy cannot reach Odoo's evented worker. */
export function discussCases(served: GetServed): void {
  let chromium: Chromium;
  let anna: DiscussPage;
  let berta: DiscussPage;
  let channel: number;
  let liveChat: number;

  beforeAll(async () => {
    const { odoo, sender, server } = served();
    chromium = await openChromium();
    const [first, second] = [await odoo.createUser('Anna'), await odoo.createUser('Berta')];
    const partners = await Promise.all([first, second].map((user) => sender.partnerOf(user)));
    const create = async (model: string, values: object) =>
      z.number().parse(await odoo.execute(odoo.admin, model, 'create', [values]));
    channel = await create('discuss.channel', {
      name: 'Kitchen',
      channel_type: 'channel',
      channel_partner_ids: partners.map((partner) => [4, partner]),
    });
    liveChat = await create('im_livechat.channel', { name: 'Shop', user_ids: [[6, 0, [first.uid]]] });
    // Where the live chat's script comes from.
    for (const [key, value] of [
      ['web.base.url', server.url],
      ['web.base.url.freeze', 'True'],
    ]) {
      await odoo.execute(odoo.admin, 'ir.config_parameter', 'set_param', [key, value]);
    }
    anna = await DiscussPage.logIn(chromium, server.url, first, channel);
    berta = await DiscussPage.logIn(chromium, server.url, second, channel);
    await mkdir(SCREENSHOTS, { recursive: true });
  });
  afterAll(() => chromium?.close());

  it('shows who is there', async () => {
    await anna.whenMember('Berta', 'Online');
    await berta.whenMember('Anna', 'Online');
    await berta.whenMember('Administrator', 'Offline');
  });

  it('shows that somebody is typing, and then the message', async () => {
    await anna.type('Is there still');
    await berta.whenTyping('Anna');
    await berta.page.screenshot({ path: `${SCREENSHOTS}/discuss-typing.png` });
    await anna.say(' coffee?');
    await berta.whenSaid('Is there still coffee?');
    await berta.say('I make some.');
    await anna.whenSaid('I make some.');
    expect(await anna.messages()).toBe(await berta.messages());
    await takeScreenshots(anna, 'discuss', 'Kitchen');
  });

  it('shows what a background job of Odoo says', async () => {
    const body = 'The dishwasher is ready.';
    const post = `message_post(body='${body}', message_type='comment', subtype_xmlid='mail.mt_comment')`;
    await served().sender.runInBackground(`env['discuss.channel'].browse(${channel}).${post}`);
    await Promise.all([anna.whenSaid(body), berta.whenSaid(body)]);
  });

  it('lets a visitor without a log-in chat with an operator', async () => {
    const visitor = await DiscussPage.visit(chromium, served().server.url, liveChat);
    await visitor.say('Do you sell tea?');
    await anna.choose('Visitor');
    await anna.whenSaid('Do you sell tea?');
    await visitor.type('I would like');
    await anna.whenTyping('Visitor');
    await anna.say('Yes, green and black.');
    await visitor.whenSaid('Yes, green and black.');
    await takeScreenshots(visitor, 'live-chat-visitor');
    await takeScreenshots(anna, 'live-chat-operator');
    await visitor.leave();
    await anna.open(channel);
  });

  it('shows nothing more in any tab of a browser after its log-out', async () => {
    const tab = await berta.openTab(channel);
    await series.webClient.logOut(tab.page);
    await anna.whenMember('Berta', 'Offline');
    await anna.say('Is Berta gone?');
    await anna.whenSaid('Is Berta gone?');
    // What was committed later than that comes later, too: a tab of hers that heard it would have shown it by then.
    const proof = 'Then I drink it alone.';
    await anna.say(proof);
    await anna.whenSaid(proof);
    expect(await berta.messages()).not.toContain('Is Berta gone?');
    await anna.page.screenshot({ path: `${SCREENSHOTS}/discuss-gone.png` });
  });

  it('leaves no error in the console', () => {
    expect([anna, berta].flatMap((page) => page.errors)).toEqual([]);
  });

  /** @param name of the conversation, which a telephone shows alone */
  async function takeScreenshots({ page }: DiscussPage, file: string, name = ''): Promise<void> {
    await page.screenshot({ path: `${SCREENSHOTS}/${file}.png` });
    await page.setViewportSize(PHONE);
    if (name !== '') await page.click(`.o-mail-NotificationItem:has-text("${name}")`);
    await page.screenshot({ path: `${SCREENSHOTS}/${file}-phone.png` });
    await page.setViewportSize(DESKTOP);
  }
}
