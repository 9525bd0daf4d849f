/**
 * Merges requests of a shop that wait at the same time into one database transaction: a disk makes
 * a transaction durable in the same time whether it holds one operation or five hundred.
 *
 *   waiting ──► as many as fit ──► run ──► each gets its own answer
 *                                   └─ failed ──► each once more, alone: only the bad one fails
 */
export interface GroupCommit<Job, Result> {
  add(job: Job): Promise<Result>;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * `run` does one database transaction for all jobs and answers them in their order. Jobs of one
 * group weigh at most `weightMax` together; a heavier one goes alone.
 */
export function createGroupCommit<Job, Result>(
  run: (jobs: readonly Job[]) => Promise<readonly Result[]>,
  limits: { readonly weightMax: number; readonly weight: (job: Job) => number },
): GroupCommit<Job, Result> {
  const waiting: Waiting<Job, Result>[] = [];
  let isBusy = false;

  async function work(): Promise<void> {
    while (waiting.length > 0) await runGroup(takeGroup());
    isBusy = false;
  }

  function takeGroup(): readonly Waiting<Job, Result>[] {
    let weight = 0;
    const end = waiting.findIndex(({ job }, index) => {
      weight += limits.weight(job);
      return index > 0 && weight > limits.weightMax;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  async function runGroup(group: readonly Waiting<Job, Result>[]): Promise<void> {
    try {
      const results = await run(group.map(({ job }) => job));
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new Error('a job was left without an answer'));
        else resolve(result);
      });
    } catch (error) {
      const [only] = group;
      if (group.length === 1 && only !== undefined) return only.reject(error);
      for (const one of group) await runGroup([one]);
    }
  }

  return {
    add: (job) =>
      new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject });
        if (isBusy) return;
        isBusy = true;
        // One turn of the event loop later, so that requests which arrived together go together.
        setImmediate(() => void work());
      }),
  };
}
