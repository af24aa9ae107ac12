/** The variables of a process, as `process.env` has them. An environment is where releases are live. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;
