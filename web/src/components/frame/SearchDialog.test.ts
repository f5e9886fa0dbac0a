import { VueQueryPlugin, QueryClient } from '@tanstack/vue-query'
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { allCinemas } from '@/queries/cinemas'
import { allMovies, type Movie } from '@/queries/movies'

import SearchDialog from './SearchDialog.vue'

const times = { version: 1, created_at: '2026-11-01T00:00:00Z', updated_at: '2026-11-01T00:00:00Z' }
const movie = (id: string, title: string, rating: number): Movie => ({
  id, title, rating, genres: ['Drama'], tags: [], synopsis: '', languages: ['en'], duration_minutes: 90, certificate: '', released_on: null, poster: '/posters/kite-season.svg', status: 'published', ...times,
})

let router: Router
const blank = { render: () => null }

async function open(): Promise<HTMLInputElement> {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
  queryClient.setQueryData(allMovies.queryKey, [movie('A', 'Kite Season', 86), movie('B', 'Kitchen Stories', 60), movie('C', 'Null Sector', 73)])
  queryClient.setQueryData(allCinemas.queryKey, [])
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: blank },
      { path: '/movies/:movieId', name: 'movie', component: blank },
      { path: '/cinemas/:cinemaId', name: 'cinema', component: blank },
    ],
  })
  mount(SearchDialog, {
    attachTo: document.body,
    props: { open: true },
    global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient }]] },
  })
  await flushPromises()
  const input = document.querySelector<HTMLInputElement>('[role="combobox"]')
  if (input === null) throw new Error('The search has no field')
  return input
}

async function type(input: HTMLInputElement, text: string): Promise<void> {
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
}
async function press(input: HTMLInputElement, key: string): Promise<void> {
  input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await flushPromises()
}
const options = () => [...document.querySelectorAll('[role="option"]')]
const active = (input: HTMLInputElement) =>
  document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null
const told = () => [...document.querySelectorAll('[role="status"]')].map((status) => status.textContent.trim()).join(' ')

beforeEach(async () => {
  localStorage.clear()
  await useLanguage('en')
})
enableAutoUnmount(afterEach)

describe('the search', () => {
  it('shows what is well liked, best first, and chooses nothing by itself', async () => {
    const input = await open()
    expect(options().map((option) => option.textContent)).toEqual(['Kite SeasonDrama', 'Null SectorDrama', 'Kitchen StoriesDrama'])
    expect(active(input)).toBeNull()
  })

  it('is at the first result as soon as something is typed, and tells how many there are', async () => {
    const input = await open()
    await type(input, 'kit')
    expect(options()).toHaveLength(2)
    expect(active(input)).toContain('Kit')
    expect(told()).toContain('2 results')
  })

  it('walks by arrow keys, round the ends, and marks one option as selected', async () => {
    const input = await open()
    await press(input, 'ArrowDown')
    expect(active(input)).toContain('Kite Season')
    await press(input, 'ArrowUp')
    expect(active(input)).toContain('Kitchen Stories')
    await press(input, 'ArrowDown')
    expect(active(input)).toContain('Kite Season')
    expect(options().filter((option) => option.getAttribute('aria-selected') === 'true')).toHaveLength(1)
  })

  it('opens what Enter chooses, and has it next time', async () => {
    const input = await open()
    await type(input, 'null')
    await press(input, 'Enter')
    await flushPromises()
    expect(router.currentRoute.value.params).toEqual({ movieId: 'C' })
    expect(JSON.parse(localStorage.getItem('matinee.found') ?? '[]')).toEqual(['movie C'])
  })

  it('says that nothing was found, and Enter does nothing', async () => {
    const input = await open()
    await type(input, 'xyzzy')
    expect(told()).toContain('Nothing found for “xyzzy”')
    expect(input.getAttribute('aria-expanded')).toBe('false')
    await press(input, 'Enter')
    expect(router.currentRoute.value.path).toBe('/')
  })

  it('begins with what was opened lately', async () => {
    localStorage.setItem('matinee.found', '["movie B","movie gone"]')
    await open()
    expect(options().map((option) => option.textContent)).toEqual(['Kitchen StoriesDrama'])
  })
})
