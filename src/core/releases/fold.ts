import type { LedgerLine, Moved } from '../../model/ledger.js';
import type { ReleaseRef } from '../../model/release.js';
import { type Head, headOf, type LedgerFault } from './chain.js';
import {
  type Approval,
  EMPTY_STATE,
  type EnvironmentState,
  type Hold,
  type Live,
  type Rollout,
  refOf,
} from './state.js';

type RollbackLine = Extract<LedgerLine, { readonly action: 'rollback' }>;

/** The state after the lines that can be, and the first that cannot. */
export interface Folded {
  readonly state: EnvironmentState;
  readonly fault: LedgerFault | null;
}

/**
 * What is so after the lines of a ledger: the one place that says what is live. Total: a line that cannot have happened
 * after those before it, such as a step of a rollout that is over, is the fault, and nothing after it counts. `from` is the
 * state that the lines come after.
 */
export function fold(lines: readonly LedgerLine[], from: EnvironmentState = EMPTY_STATE): Folded {
  // What is made of nothing is not copied
  if (lines.length === 0) return { state: from, fault: null };
  const draft = new Draft(from);
  for (const line of lines) {
    const why = draft.whyNot(line);
    if (why !== null) return { state: draft.state(), fault: { line: line.n, why, newer: false } };
    draft.apply(line);
  }
  return { state: draft.state(), fault: null };
}

/** A state that is being made: copied maps for each of many thousand lines would take longer than all the rest. */
class Draft {
  private head: Head;
  private readonly live: Map<string, Live>;
  private readonly earlier: Map<string, ReleaseRef[]>;
  private readonly served: Map<string, Map<number, ReleaseRef>>;
  private rollouts: readonly Rollout[];
  private holds: readonly Hold[];
  private approvals: readonly Approval[];
  private signedSince: number | null;

  constructor({ head, live, earlier, served, rollouts, holds, approvals, signedSince }: EnvironmentState) {
    this.head = head;
    this.live = new Map(live);
    this.earlier = new Map([...earlier].map(([prompt, refs]) => [prompt, [...refs]]));
    this.served = new Map([...served].map(([prompt, refs]) => [prompt, new Map(refs)]));
    this.rollouts = rollouts;
    this.holds = holds;
    this.approvals = approvals;
    this.signedSince = signedSince;
  }

  state(): EnvironmentState {
    const { head, live, earlier, served, rollouts, holds, approvals, signedSince } = this;
    return head.n === 0 ? EMPTY_STATE : { head, live, earlier, served, rollouts, holds, approvals, signedSince };
  }

  /** Why a line cannot have happened now; null when it can. */
  whyNot(line: LedgerLine): string | null {
    switch (line.action) {
      case 'promote':
      case 'override':
      case 'rollout':
        return this.whyNotMoved(line.releases, line.action);
      case 'step':
      case 'pause':
      case 'resume':
      case 'complete':
      case 'abort': {
        const rollout = this.rollout(line.rollout);
        if (!rollout) return `there is no rollout of line ${line.rollout} under way`;
        const held = line.action === 'complete' ? rollout.releases.find((moved) => this.isHeld(moved)) : undefined;
        return held ? `${held.prompt}@${held.number} is held` : null;
      }
      case 'rollback':
        return (
          firstOf(line.releases, ({ removed, to }) => this.whyNotBack(removed, to)) ??
          twice(line.releases.map(({ removed }) => removed))
        );
      case 'approve':
        return this.digestOf(line.release.prompt) === line.replaces
          ? null
          : `the approval is of ${line.release.prompt} in place of what is not live`;
      case 'hold':
        return this.isHeld(line.release) ? `${line.release.prompt}@${line.release.number} is held already` : null;
      case 'unhold':
        return this.isHeld(line.release) ? null : `${line.release.prompt}@${line.release.number} is not held`;
    }
  }

  /** Only after `whyNot` has said null. */
  apply(line: LedgerLine): void {
    this.head = headOf(line);
    if (line.signature !== undefined) this.signedSince ??= line.n;
    switch (line.action) {
      case 'promote':
      case 'override':
        for (const moved of line.releases) {
          const override = line.action === 'override' ? { reason: line.reason, refused: line.refused } : null;
          this.moveTo(moved, line, override);
        }
        break;
      case 'rollout': {
        const { n, releases, plan, weight, at, by } = line;
        this.rollouts = [
          ...this.rollouts,
          { line: n, releases, plan, weight, paused: false, since: at, weightSince: at, by },
        ];
        break;
      }
      case 'step':
        this.change(line.rollout, { weight: line.weight, weightSince: line.at });
        break;
      case 'pause':
        this.change(line.rollout, { paused: true });
        break;
      case 'resume':
        this.change(line.rollout, { paused: false });
        break;
      case 'complete':
        for (const moved of this.rollout(line.rollout)?.releases ?? []) this.moveTo(moved, line, null);
        this.end(line.rollout);
        break;
      case 'abort':
        this.end(line.rollout);
        break;
      case 'rollback': {
        // Found before any is taken back: those of one rollout go together
        const candidates = line.releases.filter(({ removed }) => this.candidate(removed));
        for (const back of line.releases) this.goBack(back.removed, back.to, line, candidates.includes(back));
        break;
      }
      case 'approve':
        this.approvals = [...this.approvals, line];
        break;
      case 'hold':
        this.hold(line.release, line, line.reason);
        break;
      case 'unhold':
        this.holds = this.holds.filter(({ release }) => !same(release, line.release));
        break;
    }
  }

  private whyNotMoved(releases: readonly Moved[], action: LedgerLine['action']): string | null {
    return (
      firstOf(releases, (moved) => {
        const name = `${moved.prompt}@${moved.number}`;
        if (this.digestOf(moved.prompt) !== moved.replaces) return `${name} replaces what is not live`;
        if (moved.digest === moved.replaces) return `${name} is live already`;
        // Whoever may override may do so for what is held: the line says so
        if (action !== 'override' && this.isHeld(moved)) return `${name} is held`;
        if (action === 'rollout' && moved.replaces === null) return `${name} has nothing to be rolled out beside`;
        return this.rollouts.some((each) => each.releases.some(({ prompt }) => prompt === moved.prompt))
          ? `a rollout of ${moved.prompt} is under way`
          : null;
      }) ?? twice(releases)
    );
  }

  private whyNotBack(removed: ReleaseRef, to: ReleaseRef): string | null {
    const name = `${removed.prompt}@${removed.number}`;
    if (removed.prompt !== to.prompt) return `${name} cannot go back to another prompt`;
    const candidate = this.candidate(removed);
    const live = this.digestOf(removed.prompt);
    if (candidate) return live === to.digest ? null : `${name} goes back to what is not live`;
    if (live !== removed.digest) return `${name} is not live`;
    if (removed.digest === to.digest) return `${name} cannot go back to itself`;
    if (this.isHeld(to)) return `${to.prompt}@${to.number} is held`;
    return this.served.get(to.prompt)?.get(to.number)?.digest === to.digest
      ? null
      : `${to.prompt}@${to.number} has never been live here`;
  }

  private moveTo(moved: Moved, line: LedgerLine, override: Live['override']): void {
    const before = this.live.get(moved.prompt)?.release;
    if (before) {
      const earlier = this.earlier.get(moved.prompt);
      if (earlier) earlier.push(before);
      else this.earlier.set(moved.prompt, [before]);
    }
    this.setLive(refOf(moved), line, moved, override);
    // Who overrides a hold has said that it is over
    this.holds = this.holds.filter(({ release }) => !same(release, moved));
  }

  private goBack(removed: ReleaseRef, to: ReleaseRef, line: RollbackLine, isCandidate: boolean): void {
    const reason = line.reason ?? 'rolled back';
    // What is live stays
    if (isCandidate) {
      this.rollouts = this.rollouts.filter(({ releases }) => !releases.some((moved) => same(moved, removed)));
    } else {
      const rollout = this.rollouts.find(({ releases }) => releases.some(({ prompt }) => prompt === removed.prompt));
      // Its control is gone, and with it what it was compared with
      if (rollout) this.end(rollout.line);
      const earlier = this.earlier.get(removed.prompt) ?? [];
      const at = earlier.findLastIndex(({ digest }) => digest === to.digest);
      // Where it goes to what it came from once before, all that was live before that stays
      this.earlier.set(removed.prompt, at < 0 ? earlier : earlier.slice(0, at));
      this.setLive(to, line, null, null);
    }
    if (!this.isHeld(removed)) this.hold(removed, line, reason);
  }

  private setLive(
    release: ReleaseRef,
    { at, n, by }: LedgerLine,
    moved: Moved | null,
    override: Live['override'],
  ): void {
    const { prompt, number } = release;
    this.live.set(prompt, { release, since: at, line: n, by, moved, override });
    const served = this.served.get(prompt) ?? new Map<number, ReleaseRef>();
    this.served.set(prompt, served.set(number, release));
    // A yes is to one change, and that has happened or is another now
    if (this.approvals.length > 0) this.approvals = this.approvals.filter((each) => each.release.prompt !== prompt);
  }

  private hold(release: ReleaseRef, { at, by }: LedgerLine, reason: string): void {
    this.holds = [...this.holds, { release: refOf(release), since: at, by, reason }];
  }

  private change(line: number, changes: Partial<Rollout>): void {
    this.rollouts = this.rollouts.map((rollout) => (rollout.line === line ? { ...rollout, ...changes } : rollout));
  }

  private end(line: number): void {
    this.rollouts = this.rollouts.filter((rollout) => rollout.line !== line);
  }

  private rollout(line: number): Rollout | undefined {
    return this.rollouts.find((rollout) => rollout.line === line);
  }

  private candidate(release: ReleaseRef): Moved | undefined {
    return this.rollouts.flatMap(({ releases }) => releases).find((moved) => same(moved, release));
  }

  private digestOf(prompt: string): string | null {
    return this.live.get(prompt)?.release.digest ?? null;
  }

  private isHeld(release: ReleaseRef): boolean {
    return this.holds.some((hold) => same(hold.release, release));
  }
}

function same(one: ReleaseRef, other: ReleaseRef): boolean {
  return one.prompt === other.prompt && one.digest === other.digest;
}

function firstOf<Item>(items: readonly Item[], why: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = why(item);
    if (found !== null) return found;
  }
  return null;
}

function twice(releases: readonly ReleaseRef[]): string | null {
  const prompts = releases.map(({ prompt }) => prompt);
  const again = prompts.find((prompt, index) => prompts.indexOf(prompt) < index);
  return again === undefined ? null : `${again} is moved twice`;
}
