import { init } from 'echarts';
import type { Latencies, LatencyPoint, Share } from './latency-points.ts';

/** So narrow that its text can be read on a phone, where the whole of it is about 340 pixels wide. */
const [WIDTH, HEIGHT] = [560, 925];
const FONT = 17;
const FONTS = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';

/** Each as it is drawn, and as it is where the reader prefers dark. */
const COLOURS = {
  paper: ['#ffffff', '#0d1117'],
  ink: ['#1f2328', '#e6edf3'],
  faint: ['#d1d9e0', '#3d444d'],
  ours: ['#0969da', '#58a6ff'],
  baseline: ['#9a6700', '#e3b341'],
} as const;

const light = (name: keyof typeof COLOURS) => COLOURS[name][0];

interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly top: number;
  readonly points: readonly LatencyPoint[];
}

const PANEL_HEIGHT = 285;

/** The lines of the plot, in the order of its legend. */
const LINES = (['ours', 'baseline'] as const).flatMap((side) =>
  (['p50', 'p99'] as const).map((share) => ({
    ...{ side, share },
    name: `${side === 'ours' ? 'sidecar' : 'bare socket.io'}, ${share === 'p50' ? 'median' : '99 %'}`,
  })),
);

const write = (value: number) => value.toLocaleString('en');

function series(index: number, points: readonly LatencyPoint[]) {
  return LINES.map(({ name, side, share }) => ({
    ...{ name, type: 'line' as const, xAxisIndex: index, yAxisIndex: index },
    ...{ symbol: 'circle', symbolSize: 9 },
    lineStyle: {
      width: 3,
      color: light(side),
      type: share === 'p50' ? ('solid' as const) : ('dashed' as const),
    },
    itemStyle: {
      color: light(share === 'p50' ? side : 'paper'),
      ...{ borderColor: light(side), borderWidth: 2 },
    },
    data: points.map((point) => [point.at, latencyOf(point, side, share)]),
  }));
}

const latencyOf = (point: LatencyPoint, side: 'ours' | 'baseline', share: Share) =>
  Number(point[side][share].toFixed(3));

function axes(panels: readonly Panel[]) {
  const text = { color: light('ink'), fontSize: FONT };
  const line = { lineStyle: { color: light('faint') } };
  const common = {
    type: 'log' as const,
    axisTick: line,
    axisLabel: { ...text, formatter: write },
    nameTextStyle: text,
  };
  const values = panels.flatMap(({ points }) => points.flatMap(({ ours, baseline }) => [ours, baseline]));
  const most = Math.max(...values.map(({ p50, p99 }) => Math.max(p50, p99)));
  const least = Math.min(...values.map(({ p50, p99 }) => Math.min(p50, p99)));
  return {
    xAxis: panels.map(({ axis, points }, gridIndex) => ({
      ...{ ...common, gridIndex, name: axis, nameLocation: 'middle' as const, nameGap: 34 },
      ...{ min: points[0]?.at ?? 1, max: points.at(-1)?.at ?? 1, axisLine: line, splitLine: { show: false } },
    })),
    // The same for both, so that one can be held against the other.
    yAxis: panels.map((_, gridIndex) => ({
      ...{ ...common, gridIndex, axisLine: line, splitLine: line },
      min: 10 ** Math.floor(Math.log10(least)),
      max: 10 ** Math.ceil(Math.log10(most)),
      axisLabel: { ...text, formatter: (value: number) => `${write(value)} ms` },
    })),
  };
}

/**
 * The plot as an SVG: how long a message takes from COMMIT to its page. It is dark where the reader prefers that.
 *
 * @param where where and when it was measured
 */
export function drawLatencies({ bySockets, byRate }: Latencies, where: string): string {
  const panels: Panel[] = [
    { title: 'From COMMIT to the one page', axis: 'open pages', top: 140, points: bySockets },
    { title: 'Beside messages for others', axis: 'others a second, 1,000 pages', top: 550, points: byRate },
  ];
  const text = { fill: light('ink'), fontFamily: FONTS };
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    ...{ animation: false, backgroundColor: light('paper') },
    textStyle: { fontFamily: FONTS },
    title: panels.map(({ title, top }) => ({
      ...{ text: title, left: 16, top: top - 52 },
      textStyle: { color: light('ink'), fontSize: FONT + 2, fontWeight: 600 },
    })),
    // One for each side, with wide gaps: without a browser the width of a text is only guessed.
    legend: (['ours', 'baseline'] as const).map((side, index) => ({
      data: LINES.filter((line) => line.side === side).map(({ name }) => name),
      ...{ left: 10, top: 12 + index * 30, itemWidth: 44, itemGap: 50 },
      textStyle: { color: light('ink'), fontSize: FONT },
    })),
    grid: panels.map(({ top }) => ({ left: 92, right: 36, top, height: PANEL_HEIGHT })),
    ...axes(panels),
    series: panels.flatMap(({ points }, index) => series(index, points)),
    graphic: [{ type: 'text', left: 16, bottom: 8, style: { ...text, fontSize: FONT - 2, text: where } }],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${withDarkMode(svg)}\n`;
}

/** Colours of the library's own, where no option takes ours: as the ink or the faint lines. */
const OWN = { '#000': 'ink', '#3c3c41': 'ink', '#b7b9be': 'faint' } as const;

/** Presentation attributes give way to a style sheet, which can ask what the reader prefers. */
function withDarkMode(svg: string): string {
  const rules = Object.values(COLOURS).flatMap(([drawn, dark]) =>
    ['fill', 'stroke'].map((attribute) => `[${attribute}="${drawn}"]{${attribute}:${dark}}`),
  );
  const style = `<style>@media (prefers-color-scheme: dark) {${rules.join('')}}</style>`;
  const drawn = Object.entries(OWN).reduce(
    (text, [own, name]) => text.replaceAll(`"${own}"`, `"${light(name)}"`),
    svg,
  );
  return drawn.replace(/(<svg[^>]*>)/, `$1${style}`);
}
