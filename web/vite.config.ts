import { fileURLToPath } from 'node:url'

import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

import { leanVue } from './lean-vue.config.ts'
import { pwa } from './pwa.config.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What the front page cannot do without, by what imports it. */
const FRONT_PAGE = ['./src/layouts/CustomerLayout.vue', './src/views/WhatsOnView.vue', './src/queries/seats.ts'].map(here)
const frontPage = new Set<string>()

function isOfFrontPage(id: string, importsOf: (id: string) => readonly string[]): boolean {
  function add(each: string): void {
    if (frontPage.has(each) || each.includes('node_modules')) return
    frontPage.add(each)
    importsOf(each).forEach(add)
  }
  if (frontPage.size === 0) FRONT_PAGE.forEach(add)
  return frontPage.has(id)
}

export default defineConfig({
  plugins: [
    vue(),
    tailwindcss(),
    // Messages are compiled when the page is built: the compiler stays out of it, and so does eval.
    vueI18n({ include: here('./src/i18n/locales/**/*.json'), runtimeOnly: true, fullInstall: false, dropMessageCompiler: true, strictMessage: true }),
    leanVue(),
    VitePWA(pwa),
  ],
  resolve: { alias: { '@': here('./src') } },
  define: { __VUE_OPTIONS_API__: false, __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    // What every page needs, in few files: they compress better together, and change seldom.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vendor', test: /node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify|pinia|@tanstack\/(query-core|vue-query)|openapi-fetch)\// },
            { name: (id, graph) => (isOfFrontPage(id, (each) => graph.getModuleInfo(each)?.importedIds ?? []) ? 'common' : null) },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': process.env.API_ORIGIN ?? 'http://127.0.0.1:8000' } },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://127.0.0.1:8000/' } },
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
  },
})
