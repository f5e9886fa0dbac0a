/**
 * Where the person is on the way to. An address that the page replaces by itself meanwhile would take its place: whoever does that
 * looks here first.
 */
import { type ShallowRef, shallowRef } from 'vue'
import type { RouteLocationNormalized, Router } from 'vue-router'

type Destination = ShallowRef<RouteLocationNormalized | null>

const known = new WeakMap<Router, Destination>()

/** Null once they are there. Known from the first call on: the router's maker makes it. */
export function destinationOf(router: Router): Readonly<Destination> {
  const destination = known.get(router) ?? watched(router)
  known.set(router, destination)
  return destination
}

function watched(router: Router): Destination {
  const destination: Destination = shallowRef(null)
  // A way that is given up for another one ends later than the other began, so it is the destination that counts.
  const arrive = (to: RouteLocationNormalized): void => {
    if (destination.value === to) destination.value = null
  }
  router.beforeEach((to) => {
    destination.value = to
  })
  router.afterEach((to) => {
    arrive(to)
  })
  router.onError((_, to) => {
    arrive(to)
  })
  return destination
}
