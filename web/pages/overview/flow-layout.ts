import type { Flow, FlowNode } from './flow.ts'

/** In px. */
export const NODE_MIN = 40
const GAP = 8
/** What the heaviest column may grow to by its connections, besides the least height of its boxes. */
const ROOM = 150
const BAND_MIN = 1.5
/** Of one connection, so that a few do not look like many. */
const BAND_MAX = 12

export interface Box {
  readonly node: FlowNode
  readonly top: number
  readonly height: number
}

/** One band of a gap between two columns, from left to right; all in px but the width, which is 0 to 100. */
export interface Band {
  readonly key: string
  readonly path: string
  readonly refused: boolean
}

export interface FlowLayout {
  readonly height: number
  /** Clients, what decided, services. */
  readonly columns: readonly [readonly Box[], readonly Box[], readonly Box[]]
  /** Bands of the gap before and of the gap behind the middle. */
  readonly gaps: readonly [readonly Band[], readonly Band[]]
}

/** Where each box of the picture stands, and how thick the bands between them are: in proportion to connections. */
export function layoutFlow({ clients, middle, services, links }: Flow): FlowLayout {
  const total = Math.max(1, sum(clients))
  const scale = Math.min(BAND_MAX, ROOM / total)
  const heights = (nodes: readonly FlowNode[]) =>
    nodes.map((node) => NODE_MIN + Math.max(0, (node.open + node.refused) * scale - NODE_MIN / 2))
  const columns = [clients, middle, services] as const
  const totals = columns.map((nodes) => heights(nodes).reduce((all, each) => all + each + GAP, -GAP))
  const height = Math.max(NODE_MIN, ...totals)
  const stack = (nodes: readonly FlowNode[], i: number): Box[] => {
    let top = (height - totals[i]!) / 2
    return heights(nodes).map((own, at) => {
      const box = { node: nodes[at]!, top, height: own }
      top += own + GAP
      return box
    })
  }
  const boxes = [stack(clients, 0), stack(middle, 1), stack(services, 2)] as const
  return { height, columns: boxes, gaps: [bands(boxes[0], boxes[1]), bands(boxes[1], boxes[2])] }

  function bands(left: readonly Box[], right: readonly Box[]): Band[] {
    const own = links.flatMap((link) => {
      const from = left.findIndex(({ node }) => node.key === link.from)
      const to = right.findIndex(({ node }) => node.key === link.to)
      return from === -1 || to === -1 ? [] : [{ link, from, to, thick: Math.max(BAND_MIN, link.count * scale) }]
    })
    // Ends of bands in the order of the boxes on the other side: none crosses another at its end.
    const ends = (side: 'from' | 'to', other: 'from' | 'to', of: readonly Box[]) => {
      const at = new Map<(typeof own)[number], number>()
      for (const [i, box] of of.entries()) {
        const mine = own.filter((band) => band[side] === i).toSorted((a, b) => a[other] - b[other])
        let top = box.top + (box.height - mine.reduce((all, { thick }) => all + thick, 0)) / 2
        for (const band of mine) {
          at.set(band, top)
          top += band.thick
        }
      }
      return at
    }
    const starts = ends('from', 'to', left)
    const stops = ends('to', 'from', right)
    return own.map((band) => {
      const [a, b] = [starts.get(band)!, stops.get(band)!]
      const [y1, y2, y3, y4] = [a, b, b + band.thick, a + band.thick].map((y) => y.toFixed(1))
      return {
        key: `${band.link.from}\n${band.link.to}`,
        refused: band.link.refused,
        path: `M0 ${y1}C50 ${y1} 50 ${y2} 100 ${y2}V${y3}C50 ${y3} 50 ${y4} 0 ${y4}Z`,
      }
    })
  }
}

function sum(nodes: readonly FlowNode[]): number {
  return nodes.reduce((all, { open, refused }) => all + open + refused, 0)
}
