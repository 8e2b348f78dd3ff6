const WIDTH = 120
const HEIGHT = 32
/** Fewer values than these leave the left part empty. */
const POINTS_MIN = 30

/** The course of a number, for a glance; what matters is also there as text, so it is hidden from screen readers. */
export function Sparkline({ values, color }: { values: readonly number[]; color: string }) {
  if (values.length < 2) return <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />
  const smooth = values.map((_, i) => mean(values.slice(Math.max(0, i - 2), i + 1)))
  const top = Math.max(...smooth, 1)
  const step = WIDTH / (Math.max(smooth.length, POINTS_MIN) - 1)
  const x = (i: number) => WIDTH - (smooth.length - 1 - i) * step
  const line = smooth.map(
    (value, i) => `${x(i).toFixed(1)},${(HEIGHT - 1.5 - (value / top) * (HEIGHT - 5)).toFixed(1)}`,
  )
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polygon
        points={`${x(0).toFixed(1)},${HEIGHT} ${line.join(' ')} ${WIDTH},${HEIGHT}`}
        fill={color}
        opacity="0.14"
      />
      <polyline
        points={line.join(' ')}
        fill="none"
        stroke={color}
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}

/** Of no values 0. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
