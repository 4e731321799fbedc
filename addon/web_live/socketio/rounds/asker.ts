import { SocketIOError } from 'web_socketio';
import { toMark } from '../mark.ts';
import { mayPass } from '../may-pass.ts';
import type { LiveModel } from '../model/live-model.ts';
import { spreadOver } from '../model/spread.ts';
import type { View, ViewOwner } from '../views/view.ts';
import { type Doubt, isDoubtful, toDoubt } from './doubt.ts';

/** Of one view, whatever changes. */
export const ASK_MS = 1_000;
/** Of one user in one call. */
const MOST_WINDOWS = 20;
const PAUSE_MS = { first: 2_000, most: 60_000 };

/** One question: pages of one user that show the same have it answered once. */
interface Question {
  readonly window: string;
  readonly views: View[];
  doubt: Doubt;
}

/** All lists of one user, which are asked about in one call: with that user's rights, so for nobody else. */
export class Asker {
  readonly views = new Set<View>();
  readonly #modelOf: (name: string) => LiveModel | undefined;
  /** Odoo could not be asked for so often. */
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(modelOf: (name: string) => LiveModel | undefined) {
    this.#modelOf = modelOf;
  }

  /** In how many milliseconds there is something to ask; null if there is nothing. */
  dueIn(now: number): number | null {
    let soonest: number | null = null;
    for (const view of this.views) {
      if (!this.#isDoubtful(view)) continue;
      const wait = Math.max(0, view.askedAt + ASK_MS - now, this.#pausedUntil - now);
      if (soonest === null || wait < soonest) soonest = wait;
    }
    return soonest;
  }

  /** Asks about what is due, and tells the pages whose lists would show something else now. */
  async ask(now: number): Promise<void> {
    const questions = this.#questions(now);
    const owner = questions[0]?.views.find(({ owner }) => owner.isOpen)?.owner;
    if (owner === undefined) return;
    // What comes from now on is another question.
    const before = new Map<View, number>();
    for (const view of questions.flatMap(({ views }) => views)) {
      before.set(view, view.askedSeq);
      view.askedAt = now;
      view.askedSeq = this.#modelOf(view.model)?.seq ?? view.askedSeq;
    }
    try {
      const answers = await this.#answers(owner, questions);
      for (const [index, question] of questions.entries()) if (answers[index] === true) this.#tell(question);
      this.#failures = 0;
    } catch (error) {
      const passes = mayPass(error);
      // What only may pass is said once: perhaps somebody has to do something about it.
      const isSaid = !passes || (!error.retry && this.#failures === 0);
      if (isSaid && owner.isOpen) owner.report(error);
      if (!passes && owner.isOpen) return;
      this.#failures += 1;
      if (owner.isOpen) this.#pause();
      for (const [view, seq] of before) if (this.views.has(view)) view.askedSeq = seq;
    }
  }

  /** What is certain needs no answer. */
  async #answers(owner: ViewOwner, questions: readonly Question[]): Promise<readonly boolean[]> {
    const open = questions.filter(({ doubt }) => !doubt.isCertain);
    const answers =
      open.length === 0
        ? []
        : await owner.differ(
            open.map(({ window, doubt: { changed } }) => ({
              ...JSON.parse(window),
              changed: changed === null ? null : [...changed],
            })),
          );
    if (!Array.isArray(answers) || answers.length !== open.length) {
      throw new SocketIOError(
        'live_answer',
        `web_live.view answered ${JSON.stringify(answers)?.slice(0, 100)} where it was asked about ${open.length} views. Upgrade the module web_live in this database.`,
      );
    }
    const told = new Map(open.map((question, index) => [question, answers[index] === true]));
    return questions.map((question) => told.get(question) ?? true);
  }

  #questions(now: number): Question[] {
    const questions = new Map<string, Question>();
    for (const view of this.views) {
      const { window } = view;
      if (window === null || view.askedAt + ASK_MS > now || this.#pausedUntil > now) continue;
      const doubt = this.#isDoubtful(view) ? this.#doubt(view) : null;
      if (doubt === null) continue;
      const known = questions.get(window);
      if (known !== undefined) {
        known.views.push(view);
        known.doubt = merge(known.doubt, doubt);
      } else if (questions.size < MOST_WINDOWS) questions.set(window, { window, views: [view], doubt });
    }
    return [...questions.values()];
  }

  /** Has something happened that it would not show? */
  #isDoubtful(view: View): boolean {
    const model = this.#modelOf(view.model);
    if (model === undefined || view.askedSeq === model.seq) return false;
    const doubtful = isDoubtful(view, model.after(view.askedSeq));
    if (!doubtful) view.askedSeq = model.seq;
    return doubtful;
  }

  #doubt(view: View): Doubt | null {
    const arrivals = this.#modelOf(view.model)?.after(view.askedSeq);
    return arrivals === undefined ? null : toDoubt(view, arrivals);
  }

  #tell({ views, doubt: { who } }: Question): void {
    const open = views.filter((view) => this.views.has(view));
    const mark = toMark(performance.now());
    const spread = spreadOver(open.length);
    for (const { owner, number } of open) owner.tellDiffers({ view: number, spread, who, mark });
  }

  #pause(): void {
    const { first, most } = PAUSE_MS;
    this.#pausedUntil = performance.now() + Math.min(most, first * 2 ** (this.#failures - 1));
  }
}

function merge(one: Doubt, other: Doubt): Doubt {
  return {
    changed:
      one.changed === null || other.changed === null ? null : new Set([...one.changed, ...other.changed]),
    isCertain: one.isCertain || other.isCertain,
    who: one.who === other.who ? one.who : null,
  };
}
