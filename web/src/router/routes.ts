/** Where everything is. Views are loaded when they are visited; `meta.layout` is the frame around them. */
import type { RouteParams, RouteRecordRaw } from 'vue-router'

import { askForSeats } from '@/queries/seats'

declare module 'vue-router' {
  interface RouteMeta {
    /** The message that names the page, in the tab and to screen readers. */
    title: string
    /** Sends whoever is not signed in to log in first, and back. */
    signedIn?: boolean
    /** What the page needs of the API: asked for before its code is there. */
    ask?: (params: RouteParams) => Promise<void>
  }
}

const seats = ({ showtimeId }: RouteParams): Promise<void> => askForSeats(String(showtimeId))
const customer = (): Promise<unknown> => import('@/layouts/CustomerLayout.vue')

export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: customer,
    children: [
      { path: '', name: 'whats-on', component: () => import('@/views/WhatsOnView.vue'), meta: { title: 'movies.whatsOn' } },
      { path: 'movies/:movieId', name: 'movie', component: () => import('@/views/MovieView.vue'), props: true, meta: { title: 'movies.movie' } },
      { path: 'cinemas', name: 'cinemas', component: () => import('@/views/CinemasView.vue'), meta: { title: 'movies.cinemas' } },
      { path: 'cinemas/:cinemaId', name: 'cinema', component: () => import('@/views/CinemaView.vue'), props: true, meta: { title: 'movies.cinema' } },
      { path: 'showtimes/:showtimeId/seats', name: 'seats', component: () => import('@/views/SeatsView.vue'), props: true, meta: { title: 'seats.title', ask: seats } },
      { path: 'showtimes/:showtimeId/check-out', name: 'check-out', component: () => import('@/views/CheckOutView.vue'), props: true, meta: { title: 'booking.checkOut' } },
      { path: 'bookings', name: 'bookings', component: () => import('@/views/BookingsView.vue'), meta: { title: 'booking.own' } },
      { path: 'bookings/:reference', name: 'booking', component: () => import('@/views/BookingView.vue'), props: true, meta: { title: 'booking.booking' } },
      { path: 'log-in', name: 'log-in', component: () => import('@/views/LogInView.vue'), meta: { title: 'account.logIn' } },
      { path: 'register', name: 'register', component: () => import('@/views/RegisterView.vue'), meta: { title: 'account.register' } },
      { path: 'verify-address', name: 'verify-address', component: () => import('@/views/VerifyAddressView.vue'), meta: { title: 'account.verifyAddress' } },
      { path: 'forgotten-password', name: 'forgotten-password', component: () => import('@/views/ForgottenPasswordView.vue'), meta: { title: 'account.forgottenPassword' } },
      { path: 'reset-password', name: 'reset-password', component: () => import('@/views/ResetPasswordView.vue'), meta: { title: 'account.resetPassword' } },
      { path: 'account', name: 'account', component: () => import('@/views/AccountView.vue'), meta: { title: 'account.title', signedIn: true } },
      { path: ':missing(.*)*', name: 'not-found', component: () => import('@/views/NotFoundView.vue'), meta: { title: 'common.notFound' } },
    ],
  },
]
