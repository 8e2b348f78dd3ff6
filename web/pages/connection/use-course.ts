import { useEffect, useState } from 'react'

import { Course } from '../../charts/course.ts'
import type { Point } from '../../charts/course.ts'
import { useLiveStore } from '../../live/use-live.ts'

const PERIOD_MS = 1000

/** How an open connection went since its page is shown, a point each second; what is known from before comes first. */
export function useCourse(id: string): readonly Point[] {
  const store = useLiveStore()
  const [points, setPoints] = useState<readonly Point[]>([])
  useEffect(() => {
    const course = new Course()
    for (const { at, up, down } of store.find(id)?.samples ?? []) course.seed(at, up.bytes, down.bytes)
    const look = () => {
      const row = store.find(id)
      // Without a link nothing is known: no point rather than a false one.
      if (row === undefined || row.info.state !== 'open' || store.getState().link.type !== 'live') return
      course.add(Date.now(), row.info)
      setPoints(course.points)
    }
    look()
    const timer = setInterval(look, PERIOD_MS)
    return () => clearInterval(timer)
  }, [id, store])
  return points
}
