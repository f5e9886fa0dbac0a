/**
 * Every screen in every state: waiting, with nothing to show, failing, full, and with each of its dialogs open. What must hold
 * of all of them goes through this table. A route of the page that is not in it fails accessibility.e2e.ts.
 */
import { randomUUID } from 'node:crypto'

import { type Api, answered, changed, failing, refused, stalled } from './answers.ts'
import { type Expected } from './guards.ts'
import { type Schemas } from './api.ts'
import { type Person, type PersonOptions } from './browser.ts'
import { pick } from './seats.ts'
import { button, field, link, press, sees, seesHeading } from './steps.ts'
import { isClara, isTheGuest, theWorld, type World } from './world.ts'

export interface Screen {
  /** Its name in src/router/routes.ts. */
  route: string
  state: string
  path: string | ((world: World) => string)
  /** Who looks: somebody whom the page does not know, Clara, who has an account, or a guest who holds two seats. */
  as?: 'Clara' | 'the guest' | undefined
  /** Stands between the page and the API. */
  api?: Api | undefined
  expects?: Expected[]
  /** What the person does, until the state is there to be seen. */
  until: (person: Person, world: World) => Promise<void>
}

type Until = Screen['until']

const API = /\/api\/v1\//
const AUTH = /\/api\/v1\/auth\//
const BROKEN: Expected = { outcome: 500, path: API }
const CINEMAS = /\/v1\/cinemas$/
const BOOKINGS = /\/v1\/bookings$/
const HOLDS = /\/v1\/showtimes\/[^/]+\/holds$/
const AVAILABILITY = /\/v1\/showtimes\/[^/]+\/availability$/
const BOOKING = /\/v1\/bookings\/[^/]+(\/(confirm|payments))?$/
const SHOWTIMES = /\/api\/v1\/showtimes$/

const waits: Until = async ({ page }) => {
  await page.locator('main h1').waitFor({ state: 'attached' })
}
const alerts: Until = async ({ page }) => {
  await page.locator('main').getByRole('alert').first().waitFor()
}
const isFull: Until = async ({ page }) => {
  await page.locator('main').getByRole('link', { name: /\d{1,2}[:.]\d{2}/ }).first().waitFor()
}
const shows = (key: string): Until => (person) => sees(person, key)
const isHeaded = (key: string): Until => (person) => seesHeading(person, key)
const opens = (key: string): Until => async (person) => {
  await press(person, key)
  await person.page.getByRole('dialog').waitFor()
}

/** An ordinary row in every room. The first two seats of it leave nobody alone, wherever its aisles are. */
const ROW = 'C'

async function mapIsThere(person: Person): Promise<void> {
  await button(person, 'seats.map.zoomIn').waitFor()
}

async function asList(person: Person): Promise<void> {
  await press(person, 'seats.asList')
  await field(person, 'seats.list.freeOnly').waitFor()
}

function picks(...numbers: number[]): Until {
  return async (person) => {
    await mapIsThere(person)
    await pick(person, ROW, ...numbers)
  }
}

const lost: Api = refused(HOLDS, 'POST', () => ({
  type: 'seat-unavailable',
  status: 409,
  seats: [`${ROW}-1`],
  alternative: [`${ROW}-8`, `${ROW}-9`],
}))

async function losesSeats(person: Person, world: World): Promise<void> {
  await picks(1, 2)(person, world)
  await press(person, 'seats.panel.hold')
  await sees(person, 'seats.lost.offer')
}

const soldOut: Api = changed(AVAILABILITY, (body) => ({ ...body, seats_left: 0 }))
const closed: Api = changed(AVAILABILITY, (body) => ({ ...body, on_sale: false }))
const outOfTime: Api = (page, world) => isTheGuest(page, world, { how: 'expired' })

/** Clara's booking, as if it stood so. */
function bookingAs(state: Schemas['BookingState'], attempt: Schemas['AttemptState']): Api {
  return answered(BOOKING, ({ booking }) => ({
    ...booking,
    state,
    reason: state === 'lapsed' ? 'unpaid' : state.startsWith('cancel') ? 'customer' : null,
    attempts: [{ number: 1, state: attempt, amount: booking.total, refund: booking.total }],
    payment: state !== 'pending' ? null : attempt === 'started' ? { state: 'open', url: '/pay/none' } : { state: attempt, url: null },
    pay_until: state === 'pending' ? new Date(Date.now() + 600_000).toISOString() : null,
  }))
}

/** Her payment was declined as often as it may be. */
const usedUp: Api = answered(BOOKING, ({ booking }) => ({
  ...booking,
  state: 'pending',
  attempts: [1, 2, 3].map((number) => ({ number, state: 'failed', amount: booking.total, refund: { ...booking.total, minor: 0 } })),
  payment: { state: 'used_up', url: null },
  pay_until: new Date(Date.now() + 600_000).toISOString(),
}))

/** The showtime she has tickets for has ended. */
const over: Api = answered(BOOKING, ({ booking }) => ({
  ...booking,
  showtime: { ...booking.showtime, ...times(booking.showtime, -30) },
  cancel_until: times(booking.showtime, -30).starts_at,
}))

function times({ starts_at, ends_at }: Schemas['BookingOut']['showtime'], days: number): { starts_at: string; ends_at: string } {
  const moved = (instant: string): string => new Date(Date.parse(instant) + days * 86_400_000).toISOString()
  return { starts_at: moved(starts_at), ends_at: moved(ends_at) }
}

async function ticketsAreThere(person: Person): Promise<void> {
  await button(person, 'booking.tickets.enlarge').first().waitFor()
}

async function aboutToCancel(person: Person): Promise<void> {
  await press(person, 'booking.cancel.button')
  await button(person, 'booking.cancel.confirm').waitFor()
}

async function largeCode(person: Person): Promise<void> {
  await button(person, 'booking.tickets.enlarge').first().click()
  await person.page.getByRole('dialog').waitFor()
}

/** A screen that asks the API before it can show anything: waiting for it, and failed by it. */
function asking(screen: Pick<Screen, 'route' | 'path' | 'as'>): Screen[] {
  return [
    { ...screen, state: 'loading', api: stalled, until: waits },
    { ...screen, state: 'failing', api: failing, expects: [BROKEN], until: alerts },
  ]
}

/** A form, as it is met and after it was sent without being filled in. */
function form(screen: Pick<Screen, 'route' | 'path' | 'as'>, first: string, send: string): Screen[] {
  const until: Until = (person) => field(person, first).waitFor()
  return [
    { ...screen, state: 'to be filled in', until },
    {
      ...screen,
      state: 'filled in wrongly',
      until: async (person) => {
        await field(person, first).waitFor()
        await press(person, send)
        await person.page.locator('[aria-invalid="true"]').first().waitFor()
      },
    },
  ]
}

const front = { route: 'whats-on', path: '/' }
const movie = { route: 'movie', path: ({ movie }: World) => `/movies/${movie}` }
const cinemas = { route: 'cinemas', path: '/cinemas' }
const cinema = { route: 'cinema', path: ({ cinema }: World) => `/cinemas/${cinema}` }
const bookings = { route: 'bookings', path: '/bookings', as: 'Clara' as const }
const booking = { route: 'booking', path: ({ booking }: World) => `/bookings/${booking.reference}`, as: 'Clara' as const }
const seats = { route: 'seats', path: ({ showtime }: World) => `/showtimes/${showtime.id}/seats` }
const checkOut = { route: 'check-out', path: ({ showtime }: World) => `/showtimes/${showtime.id}/check-out`, as: 'the guest' as const }
const account = { route: 'account', path: '/account', as: 'Clara' as const }
const logIn = { route: 'log-in', path: '/log-in' }
const register = { route: 'register', path: '/register' }

const nobody = { bookings: [], next: null }

export const SCREENS: readonly Screen[] = [
  ...asking(front),
  { ...front, state: 'full', until: isFull },
  { ...front, state: 'of a day with nothing on', api: answered(SHOWTIMES, () => ({ showtimes: [], next: null })), until: shows('movies.nothingOn') },
  { ...front, state: 'without cinemas', api: answered(CINEMAS, () => ({ cinemas: [], next: null })), until: shows('movies.noCinemas') },
  {
    ...front,
    state: 'searching in vain',
    until: async (person, world) => {
      await isFull(person, world)
      await opens('common.search')(person, world)
      await person.page.getByRole('combobox', { name: person.words('movies.search.title') }).fill('xyzzy')
      await sees(person, 'movies.search.nothing', { query: 'xyzzy' })
    },
  },
  {
    ...front,
    state: 'searching',
    until: async (person, world) => {
      await isFull(person, world)
      await opens('common.search')(person, world)
    },
  },

  ...asking(movie),
  { ...movie, state: 'full', until: isFull },
  { ...movie, state: 'not shown', api: answered(SHOWTIMES, () => ({ showtimes: [], next: null })), until: shows('movies.notShown') },

  ...asking(cinemas),
  { ...cinemas, state: 'full', until: async ({ page }) => page.getByRole('link', { name: /Lichtburg/ }).first().waitFor() },
  { ...cinemas, state: 'empty', api: answered(CINEMAS, () => ({ cinemas: [], next: null })), until: shows('movies.noCinemas') },

  ...asking(cinema),
  { ...cinema, state: 'full', until: isFull },
  { ...cinema, state: 'with nothing on', api: answered(SHOWTIMES, () => ({ showtimes: [], next: null })), until: shows('movies.nothingOn') },

  ...asking(seats),
  { ...seats, state: 'as a map', until: mapIsThere },
  { ...seats, state: 'as a list', until: asList },
  {
    ...seats,
    state: 'with wishes for the best',
    until: async (person) => {
      await mapIsThere(person)
      await press(person, 'seats.best.wishesPlaces')
      await person.page.getByRole('group', { name: person.words('seats.best.wheelchairs') }).waitFor()
    },
  },
  { ...seats, state: 'with seats picked', until: picks(1, 2) },
  { ...seats, state: 'with a seat left alone', until: picks(2) },
  { ...seats, state: 'with seats lost', api: lost, expects: [{ outcome: 409, path: HOLDS }], until: losesSeats },
  { ...seats, as: 'the guest', state: 'held', until: (person) => link(person, 'seats.hold.toPayment').waitFor() },
  { ...seats, state: 'sold out', api: soldOut, until: shows('seats.full.title') },
  { ...seats, state: 'closed', api: closed, until: shows('seats.closed.title') },

  { ...checkOut, state: 'loading', api: stalled, until: waits },
  { ...checkOut, state: 'without the API', api: failing, expects: [BROKEN], until: (person) => button(person, 'booking.out.pay').waitFor() },
  { ...checkOut, state: 'of a guest', until: (person) => button(person, 'booking.out.pay').waitFor() },
  {
    ...checkOut,
    state: 'filled in wrongly',
    until: async (person) => {
      await press(person, 'booking.out.pay')
      await person.page.locator('[aria-invalid="true"]').first().waitFor()
    },
  },
  {
    ...checkOut,
    state: 'without the payment service',
    api: refused(BOOKINGS, 'POST', () => ({ type: 'payment-provider-unavailable', status: 503 })),
    expects: [{ outcome: 503, path: BOOKINGS }],
    until: async (person) => {
      await field(person, 'booking.out.email').fill('ada@example.com')
      await press(person, 'booking.out.pay')
      await sees(person, 'booking.out.providerDown')
    },
  },
  { ...checkOut, as: undefined, state: 'without seats', until: shows('booking.out.noHold') },
  { ...checkOut, as: undefined, state: 'out of time', api: outOfTime, until: shows('booking.out.expired') },

  ...asking(bookings),
  { ...bookings, state: 'full', until: shows('booking.list.coming') },
  { ...bookings, state: 'empty', api: answered(BOOKINGS, () => nobody), until: shows('booking.list.none') },
  { route: 'bookings', path: '/bookings', state: 'of a guest who has none', until: shows('booking.list.none') },

  ...asking(booking),
  { ...booking, state: 'confirmed', until: ticketsAreThere },
  { ...booking, state: 'over', api: over, until: shows('booking.standing.confirmedOver.title') },
  { ...booking, state: 'to be paid', api: bookingAs('pending', 'started'), until: shows('booking.standing.payOpen.title') },
  { ...booking, state: 'declined', api: bookingAs('pending', 'failed'), until: shows('booking.standing.declined.title') },
  { ...booking, state: 'declined too often', api: usedUp, until: shows('booking.standing.usedUp.title') },
  { ...booking, state: 'lapsed', api: bookingAs('lapsed', 'ended'), until: shows('booking.standing.timeOver.title') },
  { ...booking, state: 'too late, money on its way back', api: bookingAs('lapsed', 'refunding'), until: shows('booking.standing.tooLateReturning.title') },
  { ...booking, state: 'with a refund refused', api: bookingAs('cancelled', 'refused'), until: shows('booking.standing.returnRefused.title') },
  { ...booking, state: 'rescuing', api: bookingAs('rescuing', 'paid'), until: shows('booking.standing.rescuing.title') },
  { ...booking, state: 'cancelling', api: bookingAs('cancelling', 'refunding'), until: shows('booking.standing.cancelling.title') },
  { ...booking, state: 'cancelled', api: bookingAs('cancelled', 'refunded'), until: shows('booking.standing.cancelled.title') },
  { ...booking, state: 'about to be cancelled', until: aboutToCancel },
  { ...booking, state: 'with a large code', until: largeCode },
  { ...booking, as: undefined, route: 'booking', state: 'of somebody else', expects: [{ outcome: 404, path: API }], until: shows('booking.details.cantOpen') },

  { ...logIn, state: 'to be filled in', until: (person) => field(person, 'account.email').waitFor() },
  {
    ...logIn,
    state: 'refused',
    expects: [{ outcome: 401, path: AUTH }],
    until: async (person, world) => {
      await field(person, 'account.email').fill(`nobody.${randomUUID()}@example.com`)
      await field(person, 'account.password').fill('not-the-password')
      await press(person, 'account.logIn')
      await alerts(person, world)
    },
  },
  ...form(register, 'account.name', 'account.register'),
  {
    ...register,
    state: 'mailed to a long address',
    until: async (person) => {
      await person.page.route('**/api/v1/auth/register', (route) => route.fulfill({ status: 202, json: { detail: 'sent' } }))
      await field(person, 'account.name').fill('Ada')
      await field(person, 'account.email').fill(`${'ada.'.repeat(12)}byron@example.com`)
      await field(person, 'account.password').fill('a-quiet-row-at-the-back')
      await press(person, 'account.register')
      await sees(person, 'account.mailSent')
    },
  },
  { route: 'verify-address', path: '/verify-address?token=none', state: 'to be pressed', until: isHeaded('account.verifyAddress') },
  {
    route: 'verify-address',
    path: '/verify-address?token=none',
    state: 'refused',
    expects: [{ outcome: /status of 4\d\d/, path: AUTH }],
    until: async (person, world) => {
      await press(person, 'account.verifyNow')
      await alerts(person, world)
    },
  },
  ...form({ route: 'forgotten-password', path: '/forgotten-password' }, 'account.email', 'account.sendLink'),
  ...form({ route: 'reset-password', path: '/reset-password?token=none' }, 'account.newPassword', 'account.setPassword'),

  ...asking(account),
  { ...account, state: 'full', until: (person) => field(person, 'account.name').waitFor() },
  { ...account, state: 'about to be erased', until: opens('account.erase') },

  { route: 'not-found', path: '/no/such/page', state: 'full', until: isHeaded('common.notFound') },
]

/** Somebody looks at the screen, in the state. */
export async function looksAt(
  aPerson: (options: PersonOptions) => Promise<Person>,
  screen: Screen,
  options: PersonOptions = {},
): Promise<Person> {
  const world = await theWorld()
  const person = await aPerson({ ...options, expects: [...(screen.expects ?? []), ...(options.expects ?? [])] })
  // Keeping the page on the device is work that only those wait for who come again.
  await person.page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'))
  if (screen.as === 'Clara') await isClara(person.page, world)
  if (screen.as === 'the guest') await isTheGuest(person.page, world)
  await screen.api?.(person.page, world)
  await person.visit(typeof screen.path === 'string' ? screen.path : screen.path(world))
  await screen.until(person, world)
  return person
}

