/** The page's own line to the simulator's server: tokens, orders, the server's switches. */
export interface SimulatorServer {
  /** A session token, as Shopify mints it for the user who is logged in on the device. */
  mintToken(user: number): Promise<string>;
  makeOrder(): Promise<{ readonly id: number; readonly name: string }>;
  /** Percent of a discount code; rejects an unknown one. */
  checkCode(code: string): Promise<number>;
  state(): Promise<ServerState>;
  change(change: Partial<ServerState>): Promise<ServerState>;
  /** A GET of the app's own API with a fresh token, for the Backstage view. */
  read(path: string, user: number): Promise<unknown>;
}

export interface ServerState {
  readonly down: boolean;
  readonly clockOffsetMs: number;
}

/** Talks to the server that the page came from, past every simulated fault. */
export function createSimulatorServer(fetchNow: typeof fetch): SimulatorServer {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetchNow(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response.json();
  };
  const mintToken = async (user: number): Promise<string> => {
    const { token } = (await post('/__sim/token', { user })) as { token: string };
    return token;
  };
  return {
    mintToken,
    makeOrder: async () => (await post('/__sim/orders', {})) as { id: number; name: string },
    async checkCode(code) {
      const { percent } = (await post('/__sim/discount-code', { code })) as { percent: number };
      return percent;
    },
    async state() {
      const response = await fetchNow('/__sim/server');
      return (await response.json()) as ServerState;
    },
    change: async (change) => (await post('/__sim/server', change)) as ServerState,
    async read(path, user) {
      const authorization = `Bearer ${await mintToken(user)}`;
      const response = await fetchNow(path, { headers: { authorization } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as unknown;
    },
  };
}
