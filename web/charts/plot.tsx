import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme, useMantineTheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'

import { useZone } from '../ui/use-zone.ts'
import type { Line } from './time-chart.tsx'

import styles from './charts.module.css'

const HEIGHT = 170

interface PlotProps {
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly format: (value: number) => string
}

/** The lines on a canvas; what they say is also in the legend and the table. */
export function Plot({ times, lines, format }: PlotProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const scheme = useComputedColorScheme()
  const font = useMantineTheme().fontFamily
  const zone = useZone()
  const count = lines.length
  const latest = useRef({ format, data: [] as unknown as uPlot.AlignedData })
  useEffect(() => {
    const seconds = times.map((at) => at / 1000)
    latest.current = { format, data: [seconds, ...lines.map(({ values }) => [...values])] }
    chart.current?.setData(latest.current.data)
  }, [times, lines, format])

  useEffect(() => {
    const place = box.current
    if (place === null) return undefined
    const show = (value: number) => latest.current.format(value)
    const options = plotOptions(getComputedStyle(place), { count, width: place.clientWidth, font, zone, show })
    const plot = new uPlot(options, latest.current.data, place)
    chart.current = plot
    const observer = new ResizeObserver(() => {
      if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: HEIGHT })
    })
    observer.observe(place)
    return () => {
      observer.disconnect()
      plot.destroy()
      chart.current = null
    }
    // The colours that the style sheet gives are others with another scheme.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [scheme, font, zone, count])

  return <div ref={box} className={styles.plot} aria-hidden="true" />
}

interface Look {
  readonly count: number
  readonly width: number
  readonly font: string
  readonly zone: string | undefined
  readonly show: (value: number) => string
}

/** Colours come from the style sheet, as a canvas knows no variables. */
function plotOptions(style: CSSStyleDeclaration, { count, width, font, zone, show }: Look): uPlot.Options {
  const color = (name: string) => style.getPropertyValue(name)
  const dim = style.color
  const clock = zone === undefined ? {} : { timeZone: zone }
  const axis = {
    stroke: dim,
    font: `11px ${font}`,
    grid: { stroke: color('--chart-grid'), width: 1 },
    ticks: { show: false },
  }
  const series = Array.from({ length: count }, (_, i) => ({
    stroke: color(i === 0 ? '--chart-1' : '--chart-2'),
    width: 2,
    points: { show: false },
    ...(i > 0 && { dash: [6, 4] }),
  }))
  return {
    width,
    height: HEIGHT,
    padding: [8, 26, 0, 0], // at the end half a time of day
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(most * 1.1, 10)] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 80,
        incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300], // seconds: there is one point each
        values: (_, splits) => splits.map((at) => new Date(at * 1000).toLocaleTimeString('en-GB', clock)),
      },
      { ...axis, size: 74, space: 36, values: (_, splits) => splits.map(show) },
    ],
    series: [{}, ...series],
  }
}
