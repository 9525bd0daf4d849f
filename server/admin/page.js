/**
 * The page's only script: buttons that ask the server for something, and links into the admin.
 * App Bridge adds the session token to what is asked of this server, and goes where the answer's
 * header leads.
 */
/* global document, fetch, location, open */

document.addEventListener('click', (event) => {
  const target =
    event.target instanceof Object ? event.target.closest('[data-post],[data-go]') : null;
  if (target === null) return;
  const { post, body, go } = target.dataset;
  if (go !== undefined) openInAdmin(go);
  else ask(target, post, body);
});

/** The address answers with where in the admin the thing is. */
function openInAdmin(path) {
  fetch(path).then(async (answer) => {
    const to = answer.headers.get('X-Shopify-API-Request-Failure-Reauthorize-Url');
    if (to !== null) open(to, '_top');
  }, told);
}

function ask(button, path, body) {
  button.setAttribute('loading', '');
  const headers = { 'Content-Type': 'application/json' };
  fetch(path, { method: 'POST', headers, body })
    .then((answer) => {
      if (answer.ok) location.reload();
      else if (answer.status !== 401) told();
    }, told)
    .finally(() => button.removeAttribute('loading'));
}

/** Nothing was lost: the merchant may press again. */
function told() {
  globalThis.shopify?.toast.show('That did not work. Try again.', { isError: true });
}
