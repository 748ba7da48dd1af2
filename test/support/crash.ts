/** A crash of one action: it dies at its k-th ctx call, before or after the call has its effect, and does nothing more. */
export interface CrashPlan {
  /** The ordinal, over all actions of the test from 1, of the call at which its action dies. */
  at: number;
  when: "before" | "after";
  /** How many calls were made so far. */
  calls: number;
  /** Count, and die at, calls of this kind only. */
  only?: CallName;
}

const CALLS = ["runQuery", "runMutation", "runAction"] as const;
type CallName = (typeof CALLS)[number];
type Ctx = Record<CallName, (...args: unknown[]) => Promise<unknown>>;

interface ConvexFunction {
  isAction?: boolean;
  _handler: (ctx: Ctx, args: unknown) => Promise<unknown>;
}

/** The modules with each of their actions subject to the plan. */
export function withCrashes(modules: Record<string, () => Promise<unknown>>, plan: CrashPlan) {
  return Object.fromEntries(
    Object.entries(modules).map(([path, load]) => [
      path,
      async () => {
        const module = (await load()) as Record<string, ConvexFunction>;
        return Object.fromEntries(
          Object.entries(module).map(([name, value]) => [
            name,
            value?.isAction ? mortal(value, plan) : value,
          ]),
        );
      },
    ]),
  );
}

/** A promise of a process that is gone. */
const never = <T>(): Promise<T> => new Promise<T>(() => {});

function mortal(action: ConvexFunction, plan: CrashPlan): ConvexFunction {
  const run = async (ctx: Ctx, args: unknown) => {
    let isDead = false;
    let die = () => {};
    const death = new Promise<never>((_, reject) => {
      die = () => {
        isDead = true;
        reject(new Error("crashed"));
      };
    });
    const guarded = async (name: CallName, call: () => Promise<unknown>): Promise<unknown> => {
      if (isDead) return never();
      if (plan.only && plan.only !== name) return call();
      plan.calls += 1;
      const dies = plan.calls === plan.at;
      if (dies && plan.when === "before") die();
      else {
        const result = await call();
        if (!dies) return isDead ? never() : result;
        die();
      }
      return never();
    };
    const mortalCtx = { ...ctx };
    for (const name of CALLS) mortalCtx[name] = (...call) => guarded(name, () => ctx[name](...call));
    return Promise.race([action._handler(mortalCtx, args), death]);
  };
  return Object.assign(() => {}, action, { _handler: run });
}
