import { onTestFinished } from 'vitest';

/** One event of a server. */
export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Server-sent events, as a page's EventSource gets them: all so far, growing. Closed when the test has finished. */
export async function openEventStream(url: URL, lastEventId?: string): Promise<StreamEvent[]> {
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const response = await fetch(url, {
    signal: closing.signal,
    headers: lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId },
  });
  const events: StreamEvent[] = [];
  void read(response, events).catch(() => undefined);
  return events;
}

async function read({ body }: Response, events: StreamEvent[]): Promise<void> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/, 2)));
      if (fields['event'] === undefined) continue;
      events.push({ id: fields['id'] ?? '', event: fields['event'], data: JSON.parse(fields['data'] ?? '') });
    }
  }
}
