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
const view = (server: string | null, findings = FINDINGS, sidecar: string | null = null) => ({
  ...{ views: [{ title: 'Outside', findings, server }], sidecar },
});

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

it('puts the place of the sidecar into the lines, and says of the default that it is one', () => {
  const found = [problem('/socket.io/', 'sockets_to_odoo', 'Odoo answers instead of the sidecar')];
  const known = view(null, found, '127.0.0.1:8090');
  for (const text of [textReport(known), jsonReport(known)]) {
    expect(text).toContain('ProxyPass /socket.io/ http://127.0.0.1:8090/socket.io/');
    expect(text).not.toContain('8068');
  }
  const said = '# 127.0.0.1:8068 is the default of the sidecar: put yours there';
  const told = textReport(view(null, found));
  expect(told.split(said)).toHaveLength(PROXIES.length + 1);
  expect(jsonReport(view(null, found))).toContain(said);
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
  for (const lines of Object.values(remedy.lines ?? {})) expect(lines.length).toBeLessThanOrEqual(5);
});
