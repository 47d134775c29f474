// Woken, it says one sentence. It holds nothing, asks for nothing and keeps no page.
self.addEventListener("push", (event) => {
  event.waitUntil(self.registration.showNotification("Afterword has something for you", { tag: "release" }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
