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
const language = startLanguage()
// The router asks for what its page needs while the messages are on their way.
const app = createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient }).use(router)
await language
app.mount('#app')
void import('./offline/worker').then(({ startWorker }) => {
  startWorker()
})
