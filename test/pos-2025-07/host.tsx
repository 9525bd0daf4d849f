/**
 * POS as an extension of API 2025-07 meets it: it hands a target a channel, keeps the tree that
 * comes through it, and draws it. Here it is drawn into jsdom, so that a test can look and tap as a
 * person does. A component that POS does not offer at a target is refused, as POS refuses it.
 */
import { cleanup, render } from '@testing-library/react';
import { useEffect, useReducer, useState, type ReactNode } from 'react';

type Props = Readonly<Record<string, unknown>>;

interface RemoteNode {
  readonly id: string;
  /** 1 is a component, 2 a text. */
  readonly kind: number;
  readonly type?: string;
  props?: Props;
  text?: string;
  children?: RemoteNode[];
}

/** What a target's module exports. */
type Target = (connection: never, api: never) => unknown;

const ACTION = { mount: 0, insert: 1, remove: 2, text: 3, props: 4 } as const;

/**
 * Starts the target and draws what it draws, now and later; `allowed` are POS's components there.
 */
export async function open(target: unknown, api: object, allowed: readonly string[]) {
  const tree = createTree();
  render(<Screen tree={tree} />);
  const start = target as Target;
  const connection = { channel: tree.receive, components: allowed };
  const end = await start(connection as never, api as never);
  return () => {
    if (typeof end === 'function') (end as () => void)();
    cleanup();
  };
}

type Tree = ReturnType<typeof createTree>;

function createTree() {
  const root: RemoteNode = { id: '', kind: 0, children: [] };
  const nodes = new Map<string, RemoteNode>([['', root]]);
  const listeners = new Set<() => void>();
  const attach = (node: RemoteNode): RemoteNode => {
    nodes.set(node.id, node);
    node.children = (node.children ?? []).map(attach);
    return node;
  };
  const at = (id: unknown): RemoteNode => {
    const node = nodes.get(typeof id === 'string' ? id : '');
    if (node === undefined) throw new Error(`no node ${String(id)}`);
    return node;
  };
  const apply = (action: number, args: readonly unknown[]): void => {
    const [id, value, child, from] = args;
    if (action === ACTION.mount) root.children = (id as RemoteNode[]).map(attach);
    if (action === ACTION.insert) {
      const node = from === false ? attach(child as RemoteNode) : at((child as RemoteNode).id);
      if (from !== false) at(from).children?.splice(at(from).children?.indexOf(node) ?? -1, 1);
      at(id).children?.splice(value as number, 0, node);
    }
    if (action === ACTION.remove) at(id).children?.splice(value as number, 1);
    if (action === ACTION.text) at(id).text = value as string;
    if (action === ACTION.props) at(id).props = { ...at(id).props, ...(value as Props) };
  };
  return {
    root,
    receive(action: number, ...args: unknown[]): void {
      apply(action, args);
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function Screen({ tree }: { readonly tree: Tree }) {
  const [, redraw] = useReducer((version: number) => version + 1, 0);
  useEffect(() => tree.subscribe(redraw), [tree]);
  return <>{tree.root.children?.map(draw)}</>;
}

function draw(node: RemoteNode): ReactNode {
  if (node.kind === 2) return node.text;
  const Component = COMPONENTS[node.type ?? ''];
  if (Component === undefined) throw new Error(`POS draws no ${node.type}`);
  return (
    <Component key={node.id} {...node.props}>
      {node.children?.map(draw)}
    </Component>
  );
}

interface Drawn {
  readonly children?: ReactNode;
  readonly title?: string;
  readonly subtitle?: string;
  readonly label?: string;
  readonly error?: string;
  readonly helpText?: string;
  readonly value?: string;
  readonly variant?: string;
  readonly color?: string;
  readonly badgeValue?: number;
  readonly destructive?: boolean;
  readonly enabled?: boolean;
  readonly visible?: boolean;
  readonly isDisabled?: boolean;
  readonly onPress?: () => void;
  readonly onInput?: (text: string) => void;
  readonly onChange?: (text: string) => void;
}

const Group = ({ title, children }: Drawn) => (
  <section>
    {title !== undefined && <h2>{title}</h2>}
    {children}
  </section>
);

/** Holds what is typed by itself; a new `value` replaces it. */
function Field({ label, error, helpText, value = '', onInput, onChange }: Drawn) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <label>
      {label}
      <input
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value);
          onInput?.(currentTarget.value);
        }}
        onBlur={() => onChange?.(typed)}
      />
      {helpText !== undefined && <small>{helpText}</small>}
      {error !== undefined && <em>{error}</em>}
    </label>
  );
}

const COMPONENTS: Readonly<Record<string, (props: Drawn) => ReactNode>> = {
  Banner: ({ title, variant, visible }) =>
    visible === true && (
      <div role="alert" data-variant={variant}>
        {title}
      </div>
    ),
  Button: ({ title, isDisabled, onPress }) => (
    <button disabled={isDisabled} onClick={onPress}>
      {title}
    </button>
  ),
  Navigator: Group,
  NumberField: Field,
  POSBlock: Group,
  POSBlockRow: Group,
  Screen: Group,
  ScrollView: Group,
  Section: Group,
  Stack: Group,
  Text: ({ children, color }) => <p data-color={color}>{children}</p>,
  TextField: Field,
  Tile: ({ title, subtitle, badgeValue, destructive, enabled, onPress }) => (
    <button disabled={enabled === false} data-destructive={destructive} onClick={onPress}>
      {[title, subtitle, badgeValue].join('\n')}
    </button>
  ),
};
