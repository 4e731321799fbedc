import { readFileSync } from 'node:fs';

/** What stands between two headings of a Markdown file. */
export interface Section {
  readonly level: number;
  readonly heading: string;
  /** HTML comments, which a reader does not see. */
  readonly comments: readonly string[];
  readonly blocks: readonly Block[];
}

/** A fenced block. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

const PART = /^(#+) (.+)$|^<!-- (.+) -->$|^```(\w+)\n((?:.*\n)*?)^```$/gm;

/** Reads a file at the top of the repository. */
export function readMarkdown(file: string): Section[] {
  const sections: { level: number; heading: string; comments: string[]; blocks: Block[] }[] = [];
  for (const [, marks, heading = '', comment, language, text = ''] of readText(file).matchAll(PART)) {
    const section = sections.at(-1);
    if (marks !== undefined) sections.push({ level: marks.length, heading, comments: [], blocks: [] });
    else if (comment !== undefined) section?.comments.push(comment);
    else if (language !== undefined) section?.blocks.push({ language, text });
  }
  return sections;
}

export function readText(file: string): string {
  return readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
}

/** The section of that heading. */
export function findSection(sections: readonly Section[], heading: string): Section {
  const found = sections.find((section) => section.heading === heading);
  if (found === undefined) throw new Error(`There is no heading '${heading}'.`);
  return found;
}
