import { createTheme, defaultVariantColorsResolver } from '@mantine/core'
import type { CSSVariablesResolver, MantineColorsTuple, VariantColorsResolver } from '@mantine/core'

import { messages } from './messages.ts'

/** Cool greys for the dark scheme, from text to the deepest ground. */
const ink: MantineColorsTuple = [
  '#c9cdd6',
  '#b3b9c5',
  '#8f97a6',
  '#5b6373',
  '#3b4250',
  '#2a303c',
  '#1e232d',
  '#161a22',
  '#0f1218',
  '#0a0c11',
]

/** The `light` variant with darker text than the library's, so that small badges reach 4.5:1. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input)
  const [name = ''] = (input.color ?? input.theme.primaryColor).split('.')
  if (input.variant !== 'light' || !Object.hasOwn(input.theme.colors, name)) return colors
  const dark = `color-mix(in srgb, var(--mantine-color-${name}-9), black 22%)`
  return { ...colors, color: `light-dark(${dark}, var(--mantine-color-${name}-2))` }
}

/** Dimmed text that still reaches 4.5:1 on every ground; what is disabled still stands out from a card. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c6470',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#b02525',
  },
  dark: {
    '--mantine-color-dimmed': '#98a1b2',
    '--mantine-color-placeholder': '#8f97a6',
    '--mantine-color-disabled': ink[5],
    '--mantine-color-error': '#ff9d9d',
  },
})

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 7 }, // white on a lighter shade is below 4.5:1
  variantColorResolver,
  defaultRadius: 'md',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.45rem' }, h2: { fontSize: '1.02rem' } } },
  colors: { dark: ink },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Badge: { defaultProps: { tt: 'none', fw: 600 } },
    // axe finds an element of no meaning in a menu otherwise.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // They stand outside all sections, where a `header` would be a second banner of the page.
    ModalHeader: { defaultProps: { role: 'none' } },
    DrawerHeader: { defaultProps: { role: 'none' } },
    ModalCloseButton: { defaultProps: { 'aria-label': messages.close } },
    DrawerCloseButton: { defaultProps: { 'aria-label': messages.close } },
    Card: { defaultProps: { withBorder: true, padding: 'md', radius: 'lg' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250 } },
  },
})
