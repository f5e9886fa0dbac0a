/** What is kept on the device, so that tickets open without a connection, and how the page looks once it is installed. */
import type { VitePWAOptions } from 'vite-plugin-pwa'

const DAY_S = 24 * 3600

export const pwa: Partial<VitePWAOptions> = {
  strategies: 'generateSW',
  filename: 'sw.js',
  // src/offline/worker.ts registers it, when the page has nothing better to do. A new version waits until it is asked for.
  injectRegister: null,
  registerType: 'prompt',
  manifest: {
    id: '/',
    name: 'Matinee',
    short_name: 'Matinee',
    description: 'See what is on, pick your seats and pay.',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#fbf6ee',
    theme_color: '#fbf6ee',
    icons: [
      { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/favicon.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
    shortcuts: [{ name: 'My bookings', url: '/bookings' }],
  },
  includeManifestIcons: false,
  workbox: {
    // The shell: every screen's code and the messages. Fonts and posters are kept once they have been seen.
    globPatterns: ['index.html', 'assets/*.{js,css}', 'favicon.svg'],
    dontCacheBustURLsMatching: /^assets\//,
    inlineWorkboxRuntime: true,
    cleanupOutdatedCaches: true,
    navigateFallback: '/index.html',
    // Not ours to answer: the API, the provider's page, the outbox, and whatever has an extension.
    navigateFallbackDenylist: [/^\/api\//, /^\/pay\//, /^\/outbox/, /^[^?]*\.[^/?]*(\?|$)/],
    // Nothing of the API is ever kept by the worker: what may be seen depends on who asks, and when.
    runtimeCaching: [
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && /^\/assets\/.*\.woff2$/.test(url.pathname),
        handler: 'CacheFirst',
        options: { cacheName: 'matinee-fonts', expiration: { maxEntries: 12 } },
      },
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/posters/'),
        handler: 'StaleWhileRevalidate',
        options: { cacheName: 'matinee-posters', expiration: { maxEntries: 60, maxAgeSeconds: 30 * DAY_S } },
      },
    ],
  },
}
