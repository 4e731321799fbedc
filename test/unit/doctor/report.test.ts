import { expect, it } from 'vitest';
import { fine, problem, warning } from '../../../sidecar/src/doctor/finding.ts';
import { FINDING_CODES } from '../../../sidecar/src/doctor/finding-codes.ts';
import { PROXIES } from '../../../sidecar/src/doctor/remedy.ts';
import { jsonReport, textReport } from '../../../sidecar/src/doctor/report.ts';

const FINDINGS = [
  fine('Name', 'erp.example.com is 192.0.2.1'),
  problem('WebSocket', 'no_upgrade', 'asked to upgrade, the answer is 400 and not 101'),
  warning('Clocks', 'clock_skew', 'against this machine: Odoo +60.0 s'),
];
const view = (server: string | null) => ({ views: [{ title: 'Outside', findings: FINDINGS, server }] });

it('says what was found, why it matters, and the lines for the proxy that answered', () => {
  expect(textReport(view('nginx/1.22.1'))).toBe(
    `Outside

  ok      Name       erp.example.com is 192.0.2.1
  PROBLEM WebSocket  asked to upgrade, the answer is 400 and not 101
          Pages fall back to long-polling: slower, dearer, and six tabs of one browser at most
          without HTTP/2.
          Hand the upgrade on. In nginx, a location with a proxy_set_header of its own inherits
          none: repeat the others there.
            nginx    proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;
                     proxy_set_header Connection "upgrade";
  warning Clocks     against this machine: Odoo +60.0 s
          Tokens end by the clock, and what one machine logs is looked for at another time on the
          other.
          Let all machines have their time from the network: timedatectl set-ntp true.

1 problem, 1 warning.
`,
  );
});

it('has the lines for all proxies where it is not known which one answered', () => {
  const text = textReport(view(null));
  for (const name of PROXIES) expect(text).toContain(`            ${name}`);
});

it('gives programs the same', () => {
  const { problems, views } = JSON.parse(jsonReport(view(null)));
  expect(problems).toBe(1);
  expect(views[0].findings[1]).toMatchObject({
    ...{
      code: 'no_upgrade',
      severity: 'problem',
      why: expect.any(String),
      mend: expect.stringMatching(/^Hand the upgrade on\./),
    },
    lines: { nginx: expect.any(Array), Traefik: expect.any(Array) },
  });
});

it.each(Object.entries(FINDING_CODES))('%s has sentences, and a few lines for each proxy', (_, remedy) => {
  expect(remedy.why).toMatch(/^[A-Z].*\.$/);
  expect(remedy.mend).toMatch(/^[A-Z].*[.:]/);
  for (const lines of Object.values(remedy.lines ?? {})) expect(lines.length).toBeLessThanOrEqual(4);
});
