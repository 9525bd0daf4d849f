/** The admin around the app: its navigation, and an address that says where the app is. */
import { frameAddress } from './addresses.ts';
import { dressDocument } from './elements/tokens.ts';
import { readFromApp, tell, type NavLink } from './messages.ts';

const APP_NAME = 'Tideover';

dressDocument(document);
const frame = document.querySelector<HTMLIFrameElement>('#app');
const list = document.querySelector<HTMLUListElement>('#app-links');
let links: readonly NavLink[] = [];
let here = '';

window.addEventListener('message', ({ data, source }) => {
  const message = source === frame?.contentWindow ? readFromApp(data) : undefined;
  if (message === undefined) return;
  if (message.kind === 'leave') return window.location.assign(message.address);
  if (message.kind === 'links') links = message.links;
  if (message.kind === 'at') {
    here = frameAddress(message.path);
    window.history.replaceState(null, '', here);
  }
  draw();
});

function draw(): void {
  const home = links.find((link) => link.isHome) ?? { href: '/app', text: '', isHome: true };
  const others = links.filter((link) => !link.isHome);
  list?.replaceChildren(itemOf({ ...home, text: APP_NAME }), ...others.map(itemOf));
}

function itemOf({ href, text, isHome }: NavLink): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = frameAddress(href);
  link.textContent = text;
  link.className = isHome ? 'home' : 'part';
  const [path] = here.split('?');
  const own = link.pathname;
  const isHere = isHome ? path === own : path === own || path?.startsWith(`${own}/`);
  if (isHere) link.setAttribute('aria-current', 'page');
  link.addEventListener('click', (event) => {
    const target = frame?.contentWindow;
    if (event.metaKey || event.ctrlKey || event.shiftKey || !target) return;
    event.preventDefault();
    tell(target, { kind: 'go', href }, window.location.origin);
  });
  item.append(link);
  return item;
}
