import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'

import { isSignedIn } from '@/api/credentials'
import { loadAllMessages } from '@/i18n'

import { destinationOf } from './destination'
import { routes } from './routes'

/** An answer that comes this soon saves a slow device from drawing the page twice: first as a skeleton. */
const PATIENCE_MS = 150

let asked: Promise<void> | undefined

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? false : { top: 0 }),
})

destinationOf(router)

router.beforeEach((to) => {
  if (to.meta.signedIn === true && !isSignedIn()) return { name: 'log-in', query: { to: to.fullPath } }
  // Begun now, while the view's code is loaded; told where they are needed, if they fail.
  asked = to.meta.ask?.(to.params)
  if (needsAllMessages(to)) loadAllMessages().catch(() => undefined)
  return true
})

router.beforeResolve(async (to) => {
  if (needsAllMessages(to)) await loadAllMessages()
  await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
})

function needsAllMessages(to: RouteLocationNormalized): boolean {
  return !to.meta.title.startsWith('movies.')
}
