/** What tests use of flagd's own evaluation. */
export interface Flagd {
  setConfigurations(flags: string): unknown;
  resolveObjectEvaluation(
    key: string,
    fallback: object,
    context: { readonly targetingKey?: string; readonly 'llmci-cohort'?: string | readonly string[] },
    logger: Console,
  ): { readonly value: unknown; readonly variant?: string };
}

// By a name that the type check does not follow: the tests of everything else run without the package
const PACKAGE: string = '@openfeature/flagd-core';

/** flagd in this process, as every OpenFeature SDK with its provider evaluates. */
export async function loadFlagd(): Promise<Flagd> {
  const { FlagdCore } = (await import(PACKAGE)) as { readonly FlagdCore: new () => Flagd };
  return new FlagdCore();
}
