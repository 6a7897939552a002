// Hears of the server what is new and passes it on: one worker for all pages where browsers have
// that, else one a page.
"use strict";
const pages = [];
let last = null;

const listen = () => {
  const events = new EventSource("/__live/events");
  events.onmessage = (event) => {
    last = JSON.parse(event.data);
    for (const page of pages) page.postMessage(last);
  };
  // It tries again by itself unless it has given up.
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
};

if ("onconnect" in self) {
  self.onconnect = (event) => {
    const page = event.ports[0];
    pages.push(page);
    if (last) page.postMessage(last);
  };
} else {
  pages.push(self);
}
listen();
