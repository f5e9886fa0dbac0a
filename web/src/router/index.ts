import { createRouter, createWebHistory } from 'vue-router'

import { isSignedIn } from '@/api/credentials'
import { loadAllMessages } from '@/i18n'

import { routes } from './routes'

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? false : { top: 0 }),
})

router.beforeEach((to) => {
  if (to.meta.signedIn !== true || isSignedIn()) return true
  return { name: 'log-in', query: { to: to.fullPath } }
})

router.beforeResolve(async (to) => {
  if (!to.meta.title.startsWith('movies.')) await loadAllMessages()
})
