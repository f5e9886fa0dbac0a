/** For tests: a component in the page's own surroundings: English messages, routes, a query cache of its own. */
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { i18n, loadAllMessages, useLanguage } from '@/i18n'
import { queryClient as ours } from '@/queries/client'
import { routes } from '@/router/routes'

export interface Mounted {
  page: VueWrapper
  router: Router
}

/** `at` is the path the page is at. Shown in the document, so that dialogs and focus work. */
export async function mounted(component: Component, props: Record<string, unknown> = {}, at = '/'): Promise<Mounted> {
  await useLanguage('en')
  await loadAllMessages()
  const nowhere = { template: '<div />' }
  const router = createRouter({
    history: createMemoryHistory(),
    // The paths and names of the page; what is shown there does not matter.
    routes: (routes[0]?.children ?? []).map(({ path, name, meta }) => ({ path: `/${path}`, name, meta, component: nowhere }) as never),
  })
  await router.push(at)
  const queryClient = new QueryClient({ defaultOptions: { ...ours.getDefaultOptions(), queries: { retry: false } } })
  const page = mount(component, {
    props,
    attachTo: document.body,
    global: { plugins: [createPinia(), i18n, [VueQueryPlugin, { queryClient }], router] },
  })
  return { page, router }
}

/** The control with this name, as people read it. */
export function named(page: VueWrapper, selector: string, name: string): ReturnType<VueWrapper['find']> {
  const found = page.findAll(selector).find((each) => each.text().includes(name))
  if (found === undefined) throw new Error(`there is no ${selector} “${name}” in: ${page.text()}`)
  return found
}

/** The input under a label. */
export function field(page: VueWrapper, label: string): ReturnType<VueWrapper['find']> {
  return page.find(`#${CSS.escape(named(page, 'label', label).attributes('for') ?? '')}`)
}
