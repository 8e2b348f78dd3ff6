import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0, // a small font as a data: URL would break the CSP (font-src 'self')
    rolldownOptions: {
      output: {
        // Libraries change less often than the page: a browser keeps them over an update.
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: 'http://127.0.0.1:8081', ws: true } },
  },
  test: {
    root: '.',
    include: ['{server,shared,web}/**/*.test.{ts,tsx}'],
    environment: 'node',
    pool: 'forks', // native modules and real sockets: a process each
    testTimeout: 20_000,
  },
})
