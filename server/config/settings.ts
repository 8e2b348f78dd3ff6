import type { Setting } from '../../shared/dashboard.ts'
import { formatDuration, formatSize } from '../../shared/units.ts'
import type { Config } from './config.ts'
import { optionList } from './options.ts'

/** Every option with what it is set to and who has set it, as the dashboard lists them. Values hold no secrets. */
export function settingsOf(config: Config): Setting[] {
  return optionList.map(([key, option]) => ({
    name: option.name,
    group: option.group,
    help: option.description,
    value: key === 'rules' ? countRules(config.rules) : shown(key, config[key]),
    default: option.fallbackText ?? (typeof option.fallback === 'function' ? '' : option.fallback.join(', ')),
    source: config.sources.get(key) ?? 'default',
  }))
}

function countRules({ rules, redirects }: Config['rules']): string {
  const count = rules.length + redirects.length
  return count === 0 ? '' : `${count} (see the rules pages)`
}

/** As one would write it on the command line; the names of options' keys tell their unit. */
function shown(key: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') {
    if (key.endsWith('Ms')) return value === 0 ? 'off' : formatDuration(value)
    return key.endsWith('Bytes') ? formatSize(value) : String(value)
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (value instanceof Map) return [...value.keys()].join(', ')
  if (Array.isArray(value)) return value.map(String).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
