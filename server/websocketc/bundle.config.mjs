import { defineConfig } from 'vite'

import { packageVersion } from '../version.ts'

/** websocketc as one file that needs nothing but Node: what the dashboard's Help offers for download. */
export default defineConfig({
  plugins: [
    {
      // One file has no package.json beside it: the version goes in.
      name: 'version',
      load: (id) =>
        id.endsWith('/server/version.ts') ? `export const packageVersion = () => '${packageVersion()}'` : undefined,
    },
  ],
  ssr: { noExternal: true, external: ['bufferutil', 'utf-8-validate'], target: 'node' },
  build: {
    ssr: 'server/websocketc/main.ts',
    outDir: 'dist/web/downloads',
    emptyOutDir: true,
    copyPublicDir: false,
    target: 'node20',
    minify: true,
    rolldownOptions: { output: { entryFileNames: 'websocketc.mjs', codeSplitting: false } },
  },
})
