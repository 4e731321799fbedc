import { count, type Diagnosis, remedyOf, type View } from './diagnosis.ts';
import type { Finding, Severity } from './finding.ts';
import { PROXIES, type ProxyName, type Remedy } from './remedy.ts';

const WIDTH = 100;
const WORDS: Readonly<Record<Severity, string>> = {
  ...{ fine: 'ok', problem: 'PROBLEM', warning: 'warning', unknown: 'unknown', hint: 'hint' },
};
const INDENT = ' '.repeat(10);

/** What the doctor found, for people. */
export function textReport(diagnosis: Diagnosis): string {
  const sums = [
    ...told(count(diagnosis, 'problem'), 'problem', 'problems'),
    ...told(count(diagnosis, 'warning'), 'warning', 'warnings'),
    ...told(count(diagnosis, 'unknown'), 'not looked at', 'not looked at'),
    ...told(count(diagnosis, 'hint'), 'hint', 'hints'),
  ];
  const end = sums.length === 0 ? 'No problems.' : `${sums.join(', ')}.`;
  return `${[...diagnosis.views.flatMap((view) => viewLines(view, diagnosis.sidecar)), end].join('\n')}\n`;
}

/** The same for programs. */
export function jsonReport(diagnosis: Diagnosis): string {
  const views = diagnosis.views.map(({ title, server, findings }) => ({
    ...{ title, server },
    findings: findings.map((finding) => ({ ...finding, ...remedyOf(finding, diagnosis.sidecar) })),
  }));
  return `${JSON.stringify({ problems: count(diagnosis, 'problem'), views }, null, 2)}\n`;
}

function told(number: number, one: string, several: string): string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? one : several}`];
}

function viewLines({ title, server, findings }: View, sidecar: string | null): string[] {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const proxy = PROXIES.find((name) => server?.toLowerCase().startsWith(name.toLowerCase()));
  const lines = findings.flatMap((finding) => findingLines(finding, { width, proxy, sidecar }));
  return [title, '', ...lines, ''];
}

/** How findings are shown. */
interface Look {
  /** Of the column that says what was looked at. */
  readonly width: number;
  /** Undefined for all of them. */
  readonly proxy: ProxyName | undefined;
  readonly sidecar: string | null;
}

function findingLines(finding: Finding, { width, proxy, sidecar }: Look): string[] {
  const head = `  ${WORDS[finding.severity].padEnd(7)} ${finding.subject.padEnd(width)}  `;
  const remedy = remedyOf(finding, sidecar);
  // Of the sidecar's own errors the text says what to do, and the documents have a row for the code.
  const seen = remedy === null && finding.code !== null ? `${finding.code}: ${finding.seen}` : finding.seen;
  return [
    ...wrap(head, seen, ' '.repeat(head.length)),
    ...(remedy === null ? [] : remedyLines(remedy, proxy)),
  ];
}

function remedyLines({ why, mend, lines }: Remedy, proxy: ProxyName | undefined): string[] {
  const shown = lines === undefined ? [] : PROXIES.filter((name) => proxy === undefined || name === proxy);
  return [
    ...wrap(INDENT, why, INDENT),
    ...wrap(INDENT, mend, INDENT),
    ...shown.flatMap((name) =>
      (lines?.[name] ?? []).map((line, index) => `${INDENT}  ${(index === 0 ? name : '').padEnd(9)}${line}`),
    ),
  ];
}

/** Words into lines. What is longer than one stays whole. */
function wrap(head: string, text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = head;
  let isEmpty = true;
  for (const word of text.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
