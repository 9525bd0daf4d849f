/** What a developer sees and does beside the register. */
import type { Register } from '../register.ts';

export function Backstage({ register }: { readonly register: Register }) {
  return (
    <aside class="backstage" aria-label="Backstage">
      {register.log.value.map((entry) => (
        <pre key={entry.id}>{entry.text}</pre>
      ))}
    </aside>
  );
}
