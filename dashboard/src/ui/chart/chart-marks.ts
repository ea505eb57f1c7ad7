/** Draws on a chart what its lines do not say: when nothing was measured, and what happened. */
import type uPlot from 'uplot';
import { colourOf } from '../../theme/theme.ts';
import type { SeriesReply } from './chart-data.ts';
import type { ChartMark } from './chart-lines.ts';

/** Hatches the times in which nothing was measured. */
export function drawGaps({ ctx, bbox, valToPos }: uPlot, gaps: SeriesReply['gaps']): void {
  const { left, top, width, height } = bbox;
  ctx.save();
  ctx.strokeStyle = colourOf('--line');
  ctx.lineWidth = 1;
  for (const { from, to } of gaps) {
    const start = Math.max(left, valToPos(from / 1_000, 'x', true));
    const end = Math.min(left + width, valToPos(to / 1_000, 'x', true));
    if (end <= start) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(start, top, end - start, height);
    ctx.clip();
    ctx.beginPath();
    for (let x = start - height; x < end; x += 8) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

/** Draws a line with a word for each thing that happened. */
export function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly ChartMark[]): void {
  const { left, top, width, height } = bbox;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui`;
  for (const { at, word, tone } of marks) {
    const x = Math.round(valToPos(at / 1_000, 'x', true));
    if (x < left || x > left + width) continue;
    ctx.strokeStyle = colourOf(`--${tone}`);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.textAlign = x > left + width / 2 ? 'right' : 'left';
    ctx.fillText(` ${word} `, x, top + 12 * devicePixelRatio);
  }
  ctx.restore();
}
