// Runs in CloudFront at each request for the page. infra/site.py puts ROUTE before it.
function handler(event) {
  if (ROUTE.test(event.request.uri)) {
    event.request.uri = '/index.html'
  }
  return event.request
}
