// The page's clock. A hidden page's own timers are slowed to one a second and then one a minute; a
// worker's are not, and its messages wake the page.

const PERIOD_MILLIS = 20;

setInterval(() => {
  postMessage(null);
}, PERIOD_MILLIS);
