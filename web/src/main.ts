import './design/main.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { i18n, startLanguage } from './i18n'
import { queryClient } from './queries/client'
import { router } from './router'
import { startScheme } from './stores/scheme'

startScheme()
await startLanguage()
createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient }).use(router).mount('#app')
void import('./offline/worker').then(({ startWorker }) => {
  startWorker()
})
