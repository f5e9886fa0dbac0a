/** The guards of all other tests: whatever they guard against is done here, and they must complain of it. */
import { describe, expect } from 'vitest'

import { journey, open, type Person } from './support/browser.ts'
import { longerThanAPressExcuses } from './support/frames.ts'
import { type Expected } from './support/guards.ts'
import { until } from './support/until.ts'

const MISSING = '/api/v1/movies/none'
const ELSEWHERE = 'http://elsewhere.example/'

const asksInVain = ({ page }: Person): Promise<unknown> => page.evaluate((path) => fetch(path).then(({ status }) => status), MISSING)

const pushesDown = ({ page }: Person): Promise<unknown> =>
  page.evaluate(() => {
    const block = document.createElement('div')
    block.style.height = '300px'
    document.querySelector('main')?.prepend(block)
  })

async function hasMoved({ guards }: Person): Promise<void> {
  await until('a shift', () => Promise.resolve(guards.trace()), (lines) => lines.some((line) => /: shift 0\.\d/.test(line)))
}

/** What is done to the page, and what the guards are to say of it. */
const CARELESS: { what: string; complaint: RegExp; does: (person: Person) => Promise<unknown> }[] = [
  { what: 'an error in the console', complaint: /^console error: careless /, does: ({ page }) => page.evaluate(() => { console.error('careless') }) },
  { what: 'an answer that is an error', complaint: /^console error: Failed to load resource.*404/, does: asksInVain },
  {
    what: 'an exception that nobody caught',
    complaint: /^uncaught: .*careless/,
    does: ({ page }) =>
      page.evaluate(() => {
        setTimeout(() => {
          throw new Error('careless')
        })
      }),
  },
  {
    what: 'a promise that nobody waited for',
    complaint: /^uncaught: .*careless/,
    does: ({ page }) =>
      page.evaluate(() => {
        void Promise.reject(new Error('careless'))
      }),
  },
  {
    what: 'a script written into the page',
    complaint: /^content security policy: script-src/,
    does: ({ page }) =>
      page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'window.careless = true'
        document.body.append(script)
      }),
  },
  {
    what: 'a picture from elsewhere',
    complaint: /^content security policy: img-src/,
    does: ({ page }) =>
      page.evaluate((src) => {
        document.body.append(Object.assign(new Image(), { src }))
      }, ELSEWHERE),
  },
  {
    what: 'a way to elsewhere',
    complaint: /^request off our origin: http:\/\/elsewhere/,
    does: async ({ context, page }) => {
      await context.route(`${ELSEWHERE}**`, (route) => route.fulfill({ body: 'elsewhere' }))
      await page.evaluate((href) => {
        location.assign(href)
      }, ELSEWHERE)
    },
  },
  { what: 'a page that jumps', complaint: /^layout shift 0\.\d+ at \/cinemas/, does: pushesDown },
  {
    what: 'a page that jumps when what was pressed is answered late',
    complaint: /^layout shift 0\.\d+ at \/cinemas/,
    does: async (person) => {
      await person.page.getByRole('heading', { level: 1 }).click()
      await longerThanAPressExcuses(person.page)
      await pushesDown(person)
    },
  },
]

async function atTheCinemas(expects: Expected[] = []): Promise<Person> {
  const person = await open({ expects }, 'careless')
  await person.visit('/cinemas')
  await person.page.getByRole('main').getByRole('link', { name: /Lichtburg/ }).first().waitFor()
  expect(person.guards.complaints(), 'before anything is done').toEqual([])
  return person
}

describe.concurrent('the guards complain of', () => {
  for (const { what, complaint, does } of CARELESS) {
    journey(what, async () => {
      const person = await atTheCinemas()
      await does(person)
      await until('a complaint', () => Promise.resolve(person.guards.complaints()), (lines) => lines.some((line) => complaint.test(line)))
      await person.context.close()
    })
  }
})

describe.concurrent('the guards say nothing of', () => {
  journey('what a test has named beforehand', async () => {
    const person = await atTheCinemas([{ outcome: 404, path: new RegExp(`^${MISSING}$`) }])
    await asksInVain(person)
    await until('the console’s error', () => Promise.resolve(person.guards.trace()), (lines) => lines.some((line) => line.includes('console error')))
    expect(person.guards.complaints()).toEqual([])
    await person.context.close()
  })

  journey('what a test moves itself', async () => {
    const person = await atTheCinemas()
    person.guards.letMove()
    await pushesDown(person)
    await hasMoved(person)
    expect(person.guards.complaints()).toEqual([])
    await person.context.close()
  })
})

describe('a journey', () => {
  journey.fails('whose guards complain', async ({ aPerson }) => {
    const person = await aPerson()
    await person.visit('/cinemas')
    await person.page.evaluate(() => {
      console.error('careless')
    })
    await until('the console’s error', () => Promise.resolve(person.guards.complaints()), (lines) => lines.length > 0)
  })
})
